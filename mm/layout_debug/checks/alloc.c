// SPDX-License-Identifier: GPL-2.0
/*
 * Looks at the pages that the page allocator hands out, in a hook.
 */
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/percpu.h>

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

/* Out of line, so that what is usual needs no room for a fact. */
static noinline void check_block(const struct page *page, unsigned int order,
				 gfp_t gfp)
{
	struct mm_layout_handed h = read_handed(page, order, gfp);

	if (unlikely(!mm_layout_zone_fits(&h) || !mm_layout_block_fits(&h)))
		mm_layout_rules_handed(&h, NULL);
}

/*
 * One page that is a block in any zone, in a zone that a request allows which asks
 * for none in particular. What is said no to here is looked at again.
 */
static __always_inline bool plainly_fits(const struct page *page,
					 unsigned int order, gfp_t gfp)
{
	return !order && !(gfp & (__GFP_DMA | __GFP_DMA32)) &&
	       page_zonenum(page) <= (gfp & __GFP_HIGHMEM ? OPT_ZONE_HIGHMEM :
							    ZONE_NORMAL);
}

/* Once for every page that is allocated: each instruction counts. */
void __mm_layout_page_alloc(const struct page *page, unsigned int order,
			    gfp_t gfp)
{
	if (!page)
		return;
	this_cpu_inc(mm_layout_hook_events[MM_LAYOUT_HOOK_PAGE]);
	if (!plainly_fits(page, order, gfp))
		check_block(page, order, gfp);
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
