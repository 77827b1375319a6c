// SPDX-License-Identifier: GPL-2.0
/*
 * Rules for free pages. Pure functions of facts.
 */
#include <linux/kernel.h>
#include <linux/mm.h>

#include "../layout.h"

static bool free_block_fits(const struct mm_layout_free_block *f,
			    const struct mm_layout_zone *z)
{
	unsigned long nr = 1UL << f->list_order;

	return f->nid == z->nid && f->zone == z->idx &&
	       f->pfn >= z->start_pfn && f->pfn + nr <= z->end_pfn;
}

/**
 * mm_layout_rules_free_block - rules for an entry of a free list
 * @f: the entry
 * @z: the zone of the list
 * @res: where violations go
 */
void mm_layout_rules_free_block(const struct mm_layout_free_block *f,
				const struct mm_layout_zone *z,
				struct mm_layout_result *res)
{
	unsigned long nr = 1UL << f->list_order;

	mm_layout_expect(res, FREE_BLOCK, f->valid,
			 PFN, f->pfn, f->pfn + 1,
			 "free list of order %u of zone %s leads to pfn %#lx, which has no struct page",
			 f->list_order, z->name, f->pfn);
	if (!f->valid)
		return;
	mm_layout_expect(res, FREE_BLOCK,
			 f->buddy && f->order == f->list_order &&
			 IS_ALIGNED(f->pfn, nr),
			 PFN, f->pfn, f->pfn + nr,
			 "pfn %#lx on the free list of order %u: %s of order %lu",
			 f->pfn, f->list_order,
			 f->buddy ? "a free page" : "not a free page", f->order);
	mm_layout_expect(res, FREE_BLOCK, free_block_fits(f, z),
			 PFN, f->pfn, f->pfn + nr,
			 "pfn %#lx-%#lx, zone %u, is on a free list of zone %s (%#lx-%#lx)",
			 f->pfn, f->pfn + nr - 1, f->zone, z->name,
			 z->start_pfn, z->end_pfn - 1);
	mm_layout_expect(res, FREE_BLOCK,
			 f->block_type < 0 || f->list_type == f->block_type,
			 PFN, f->pfn, f->pfn + nr,
			 "pfn %#lx is on a free list of migrate type %d, its pageblock is of type %d",
			 f->pfn, f->list_type, f->block_type);
	mm_layout_expect(res, FREE_WHOLE, !f->used,
			 PFN, f->pfn, f->pfn + nr,
			 "pfn %#lx is inside a free block of order %u at pfn %#lx, but not free by itself",
			 f->used, f->list_order, f->pfn);
}

/**
 * mm_layout_rules_free_count - rule for the length of the free lists
 * @c: entries of one order
 * @z: the zone
 * @res: where violations go
 */
void mm_layout_rules_free_count(const struct mm_layout_free_count *c,
				const struct mm_layout_zone *z,
				struct mm_layout_result *res)
{
	unsigned long key = mm_layout_zone_key(z->nid, z->idx);

	mm_layout_expect(res, FREE_COUNT, c->walked == c->nr_free,
			 ZONE, key, key + 1,
			 "zone %s has %lu free blocks of order %u, nr_free is %lu",
			 z->name, c->walked, c->order, c->nr_free);
}

/**
 * mm_layout_rules_free_total - rule for NR_FREE_PAGES
 * @sum: free pages by nr_free of all orders
 * @counter: NR_FREE_PAGES of the zone
 * @z: the zone
 * @res: where violations go
 */
void mm_layout_rules_free_total(unsigned long sum, unsigned long counter,
				const struct mm_layout_zone *z,
				struct mm_layout_result *res)
{
	unsigned long key = mm_layout_zone_key(z->nid, z->idx);

	mm_layout_expect(res, FREE_COUNT, sum == counter,
			 ZONE, key, key + 1,
			 "zone %s has %lu free pages in its lists, NR_FREE_PAGES is %lu",
			 z->name, sum, counter);
}

/**
 * mm_layout_rules_pcp_page - rule for an entry of a per-CPU list
 * @p: the entry
 * @z: the zone of the list
 * @res: where violations go
 */
void mm_layout_rules_pcp_page(const struct mm_layout_pcp_page *p,
			      const struct mm_layout_zone *z,
			      struct mm_layout_result *res)
{
	mm_layout_expect(res, PCP_PAGE,
			 p->valid && !p->buddy && p->nid == z->nid &&
			 p->zone == z->idx && p->pfn >= z->start_pfn &&
			 p->pfn < z->end_pfn,
			 PFN, p->pfn, p->pfn + 1,
			 "pfn %#lx, zone %u%s, is on the list of CPU %u of zone %s (%#lx-%#lx)",
			 p->pfn, p->zone,
			 !p->valid ? ", without struct page" :
			 p->buddy ? ", in the buddy lists" : "",
			 p->cpu, z->name, z->start_pfn, z->end_pfn - 1);
}

/**
 * mm_layout_rules_block - rule for what lies at the border of a zone
 * @blk: the pages
 * @res: where violations go
 */
void mm_layout_rules_block(const struct mm_layout_block *blk,
			   struct mm_layout_result *res)
{
	mm_layout_expect(res, ZONE_STRADDLE,
			 blk->end_pfn <= blk->border_pfn ||
			 blk->start_pfn >= blk->border_pfn,
			 PFN, blk->start_pfn, blk->end_pfn,
			 "%s of pfn %#lx-%#lx crosses the border of a zone at pfn %#lx",
			 blk->free ? "free block" : "folio", blk->start_pfn,
			 blk->end_pfn - 1, blk->border_pfn);
}
