// SPDX-License-Identifier: GPL-2.0
/*
 * Looks at the pages that the page allocator hands out, in a hook.
 */
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/percpu.h>

#include "../layout.h"

/*
 * Once for every page that is allocated: some thirty instructions, and the rules
 * are called only to say what is wrong.
 */
void __mm_layout_page_alloc(const struct page *page, unsigned int order,
			    gfp_t gfp)
{
	const struct page *last = page + (1UL << order) - 1;
	struct mm_layout_handed h;

	if (!page)
		return;
	this_cpu_inc(mm_layout_hook_events[MM_LAYOUT_HOOK_PAGE]);
	h.pfn = page_to_pfn(page);
	h.order = order;
	h.link = mm_layout_page_link(page);
	h.last_link = mm_layout_page_link(last);
	h.zone = page_zonenum(page);
	h.max_zone = gfp_zone(gfp);
	if (unlikely(!mm_layout_zone_fits(&h) || !mm_layout_block_fits(&h)))
		mm_layout_rules_handed(&h, NULL);
}

/**
 * mm_layout_check_alloc - what the hooks have seen is collected elsewhere
 * @res: where a reason goes if there are no hooks
 */
void mm_layout_check_alloc(struct mm_layout_result *res)
{
	if (!mm_layout_hooks_on())
		mm_layout_skip_check(res, MM_LAYOUT_CHECK_ALLOC,
				     "hooks are switched off");
}
