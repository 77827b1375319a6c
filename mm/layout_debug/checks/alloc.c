// SPDX-License-Identifier: GPL-2.0
/*
 * Looks at the pages that the page allocator hands out, in a hook.
 */
#include <linux/gfp.h>
#include <linux/mm.h>

#include "../layout.h"

static __always_inline struct mm_layout_handed
read_handed(const struct page *page, unsigned int order, gfp_t gfp)
{
	return (struct mm_layout_handed) {
		.pfn = page_to_pfn(page),
		.order = order,
		.link = mm_layout_page_link(page),
		.last_link = mm_layout_page_link(page + (1UL << order) - 1),
		.zone = page_zonenum(page),
		.max_zone = gfp_zone(gfp),
	};
}

/* What is not plainly right, as most pages are. */
void __mm_layout_page_alloc(const struct page *page, unsigned int order,
			    gfp_t gfp)
{
	struct mm_layout_handed h = read_handed(page, order, gfp);

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
