// SPDX-License-Identifier: GPL-2.0
/*
 * Rules for struct pages. Pure functions of facts.
 */
#include <linux/kernel.h>
#include <linux/mm.h>

#include "../layout.h"

static bool covers(const struct mm_layout_pages *p, unsigned long pfn)
{
	return p->start_pfn <= pfn && pfn < p->end_pfn;
}

static void pages_zone(const struct mm_layout_pages *p,
		       const struct mm_layout_zone *z,
		       const struct mm_layout_bounds *b,
		       struct mm_layout_result *res)
{
	mm_layout_expect(res, PAGE_ZONE, z->overlap_ok || mm_layout_links_to(p, z),
			 PFN, p->start_pfn, p->end_pfn,
			 "pfn %#lx-%#lx links to zone %u of node %d, but zone %s (%u) of node %d spans it",
			 p->start_pfn, p->end_pfn - 1, p->zone, p->nid,
			 z->name, z->idx, z->nid);
	if (!b->highmem)
		return;
	mm_layout_expect(res, PAGE_HIGHMEM,
			 p->highmem ? p->start_pfn >= b->highstart_pfn :
				      p->end_pfn <= b->highstart_pfn,
			 PFN, p->start_pfn, p->end_pfn,
			 "pfn %#lx-%#lx is %s, but highmem starts at pfn %#lx",
			 p->start_pfn, p->end_pfn - 1,
			 p->highmem ? "highmem" : "lowmem", b->highstart_pfn);
}

static bool covers_block_start(const struct mm_layout_pages *p,
			       const struct mm_layout_zone *z)
{
	return p->start_pfn == z->start_pfn ||
	       ALIGN(p->start_pfn, z->block) < p->end_pfn;
}

/*
 * set_zone_contiguous() asks for no more than that: the first and the last
 * page of each pageblock, or of what the zone has of it, belong to the zone.
 */
static void pages_contiguous(const struct mm_layout_pages *p,
			     const struct mm_layout_zone *z,
			     struct mm_layout_result *res)
{
	unsigned long first = max(z->start_pfn,
				  ALIGN_DOWN(p->start_pfn, z->block));
	unsigned long last = min(z->end_pfn, ALIGN(p->end_pfn, z->block)) - 1;
	bool edge = covers(p, first) || covers(p, last) ||
		    ALIGN(p->start_pfn + 1, z->block) < p->end_pfn;

	mm_layout_expect(res, ZONE_CONTIGUOUS, mm_layout_links_to(p, z) || !edge,
			 PFN, p->start_pfn, p->end_pfn,
			 "zone %s is marked contiguous, but pfn %#lx-%#lx is not in it",
			 z->name, p->start_pfn, p->end_pfn - 1);
}

/**
 * mm_layout_rules_pages - rules for a run of struct pages
 * @p: the run
 * @z: the zone that spans it
 * @b: the numbers that define the layout
 * @res: where violations go
 */
void mm_layout_rules_pages(const struct mm_layout_pages *p,
			   const struct mm_layout_zone *z,
			   const struct mm_layout_bounds *b,
			   struct mm_layout_result *res)
{
	if (p->absent) {
		mm_layout_expect(res, ZONE_CONTIGUOUS,
				 !z->contiguous || !covers_block_start(p, z),
				 PFN, p->start_pfn, p->end_pfn,
				 "zone %s is marked contiguous, but pfn %#lx-%#lx has no struct page",
				 z->name, p->start_pfn, p->end_pfn - 1);
		return;
	}
	/* A page in a hole may link to the zone above the hole. */
	if (p->ram)
		pages_zone(p, z, b, res);
	else
		mm_layout_expect(res, PAGE_RESERVED, p->reserved && !p->free,
				 PFN, p->start_pfn, p->end_pfn,
				 "pfn %#lx-%#lx is not RAM, but %s",
				 p->start_pfn, p->end_pfn - 1,
				 p->free ? "free" : "not reserved");
	if (z->contiguous)
		pages_contiguous(p, z, res);
	if (z->highmem)
		mm_layout_expect(res, HIGHMEM_TYPED, !p->kernel,
				 PFN, p->start_pfn, p->end_pfn,
				 "pfn %#lx-%#lx in highmem zone %s is a slab, page-table or large kmalloc page",
				 p->start_pfn, p->end_pfn - 1, z->name);
	if (z->movable || p->cma)
		mm_layout_expect(res, MOVABLE_TYPED, !p->kernel && !p->highpte,
				 PFN, p->start_pfn, p->end_pfn,
				 "pfn %#lx-%#lx in %s %s is a slab, page-table or large kmalloc page",
				 p->start_pfn, p->end_pfn - 1,
				 p->cma ? "CMA of zone" : "movable zone", z->name);
}

/**
 * mm_layout_rules_zone_pages - rules for what was counted in a zone
 * @z: the zone, with its RAM and reserved pages counted
 * @res: where violations go
 */
void mm_layout_rules_zone_pages(const struct mm_layout_zone *z,
				struct mm_layout_result *res)
{
	unsigned long key = mm_layout_zone_key(z->nid, z->idx);

	mm_layout_expect(res, ZONE_PRESENT, z->early == z->ram,
			 ZONE, key, key + 1,
			 "zone %s has %lu present pages, but spans %lu pages of RAM",
			 z->name, z->early, z->ram);
	if (z->early != z->present) {
		mm_layout_skip(res, MM_LAYOUT_ZONE_RESERVED,
			       "memory was added after boot");
		return;
	}
	/* Drivers may reserve pages that they own, so there may be more. */
	mm_layout_expect(res, ZONE_RESERVED,
			 z->managed + z->reserved + z->offline >= z->present,
			 ZONE, key, key + 1,
			 "zone %s has %lu managed, %lu reserved and %lu offline pages, but %lu are present",
			 z->name, z->managed, z->reserved, z->offline,
			 z->present);
}

/**
 * mm_layout_rules_memmap - rules for the place of a struct page
 * @m: frame and struct page
 * @res: where violations go
 */
void mm_layout_rules_memmap(const struct mm_layout_memmap *m,
			    struct mm_layout_result *res)
{
	if (m->looked_up)
		mm_layout_expect(res, MEMMAP_ROUNDTRIP, m->back_pfn == m->pfn,
				 PFN, m->pfn, m->pfn + 1,
				 "pfn %#lx has a struct page of pfn %#lx",
				 m->pfn, m->back_pfn);
	if (!m->in_linear)
		return;
	mm_layout_expect(res, MEMMAP_PLACE, m->map_pfn < m->max_low_pfn,
			 PFN, m->map_pfn, m->map_pfn + 1,
			 "struct page of pfn %#lx is at pfn %#lx, expected it below max_low_pfn %#lx",
			 m->pfn, m->map_pfn, m->max_low_pfn);
	mm_layout_expect(res, MEMMAP_PLACE, m->map_reserved,
			 PFN, m->map_pfn, m->map_pfn + 1,
			 "struct page of pfn %#lx is at pfn %#lx, which is not reserved",
			 m->pfn, m->map_pfn);
}

/**
 * mm_layout_rules_address - rule for the address of a highmem page
 * @a: frame and address
 * @res: where violations go
 */
void mm_layout_rules_address(const struct mm_layout_address *a,
			     struct mm_layout_result *res)
{
	mm_layout_expect(res, HIGHMEM_ADDRESS,
			 !a->address || (a->address >= a->window_start &&
					 a->address < a->window_end),
			 PFN, a->pfn, a->pfn + 1,
			 "highmem pfn %#lx has address %#lx, outside the kmap window %#lx-%#lx",
			 a->pfn, a->address, a->window_start, a->window_end);
}
