// SPDX-License-Identifier: GPL-2.0
/*
 * Rules for pages that are handed out. Pure functions of facts.
 */
#include <linux/kernel.h>
#include <linux/mm.h>

#include "../layout.h"

/**
 * mm_layout_rules_handed - rules for a block that the page allocator hands out
 * @h: the block
 * @res: where violations go
 */
void mm_layout_rules_handed(const struct mm_layout_handed *h,
			    struct mm_layout_result *res)
{
	unsigned long end_pfn = h->pfn + (1UL << h->order);

	mm_layout_expect(res, ALLOC_ZONE, mm_layout_zone_fits(h),
			 PFN, h->pfn, end_pfn,
			 "pfn %#lx-%#lx was handed out, which is in zone %u, but the gfp mask allows zone %u at most",
			 h->pfn, end_pfn - 1, h->zone, h->max_zone);
	mm_layout_expect(res, ALLOC_BLOCK, mm_layout_block_fits(h),
			 PFN, h->pfn, end_pfn,
			 "pfn %#lx-%#lx was handed out as a block of order %u, which is not aligned or not of one zone",
			 h->pfn, end_pfn - 1, h->order);
}
