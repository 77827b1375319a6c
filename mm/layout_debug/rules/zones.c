// SPDX-License-Identifier: GPL-2.0
/*
 * Rules for zones, zonelists and totals. Pure functions of facts.
 */
#include <linux/kernel.h>
#include <linux/mm.h>

#include "../layout.h"

static unsigned long zone_key(const struct mm_layout_zone *z)
{
	return mm_layout_zone_key(z->nid, z->idx);
}

static void zone_order(const struct mm_layout_zone *z,
		       const struct mm_layout_zone *prev,
		       struct mm_layout_result *res)
{
	mm_layout_expect(res, ZONE_ORDER, z->start_pfn < z->end_pfn,
			 ZONE, zone_key(z), zone_key(z) + 1,
			 "zone %s is empty: pfn %#lx-%#lx",
			 z->name, z->start_pfn, z->end_pfn);
	if (!prev || z->overlap_ok)
		return;
	mm_layout_expect(res, ZONE_ORDER, prev->end_pfn <= z->start_pfn,
			 ZONE, zone_key(z), zone_key(z) + 1,
			 "zone %s starts at pfn %#lx, before the end of zone %s at pfn %#lx",
			 z->name, z->start_pfn, prev->name, prev->end_pfn);
}

static void zone_limit(const struct mm_layout_zone *z,
		       const struct mm_layout_bounds *b,
		       struct mm_layout_result *res)
{
	unsigned long limit = b->zone_end_pfn[z->idx];

	/* Less is legal: spans are cut to the end of RAM. */
	if (limit)
		mm_layout_expect(res, ZONE_LIMIT, z->end_pfn <= limit,
				 ZONE, zone_key(z), zone_key(z) + 1,
				 "zone %s ends at pfn %#lx, expected %#lx at most",
				 z->name, z->end_pfn, limit);
	if (b->highmem && z->highmem)
		mm_layout_expect(res, ZONE_LIMIT,
				 z->start_pfn >= b->highstart_pfn,
				 ZONE, zone_key(z), zone_key(z) + 1,
				 "zone %s starts at pfn %#lx, expected %#lx at least",
				 z->name, z->start_pfn, b->highstart_pfn);
}

static void zone_reserve(const struct mm_layout_zone *z,
			 struct mm_layout_result *res)
{
	unsigned int i;

	/* A zone keeps more back, the more zones the request could have used. */
	for (i = z->idx + 1; i < MAX_NR_ZONES; i++)
		mm_layout_expect(res, ZONE_RESERVE,
				 z->reserve[i] >= z->reserve[i - 1],
				 ZONE, zone_key(z), zone_key(z) + 1,
				 "zone %s keeps %ld pages from requests for zone %u, but %ld from zone %u",
				 z->name, z->reserve[i], i, z->reserve[i - 1],
				 i - 1);
}

/**
 * mm_layout_rules_zone - rules for one zone
 * @z: the zone
 * @prev: the populated zone before it in the node, or NULL
 * @b: the numbers that define the layout
 * @res: where violations go
 */
void mm_layout_rules_zone(const struct mm_layout_zone *z,
			  const struct mm_layout_zone *prev,
			  const struct mm_layout_bounds *b,
			  struct mm_layout_result *res)
{
	zone_order(z, prev, res);
	zone_limit(z, b, res);
	zone_reserve(z, res);
	mm_layout_expect(res, ZONE_COUNTERS,
			 z->managed <= z->present &&
			 z->present <= z->end_pfn - z->start_pfn,
			 ZONE, zone_key(z), zone_key(z) + 1,
			 "zone %s: %lu managed, %lu present, %lu spanned pages",
			 z->name, z->managed, z->present,
			 z->end_pfn - z->start_pfn);
}

/**
 * mm_layout_rules_zoneref - rules for two neighbours in a zonelist
 * @r: the neighbours
 * @res: where violations go
 */
void mm_layout_rules_zoneref(const struct mm_layout_zoneref *r,
			     struct mm_layout_result *res)
{
	unsigned long key = mm_layout_zone_key(r->nid, r->idx);

	mm_layout_expect(res, ZONELIST_ORDER, r->populated,
			 ZONE, key, key + 1,
			 "zonelist of node %d holds zone %u of node %d, which has no pages",
			 r->list_nid, r->idx, r->nid);
	if (r->nid != r->prev_nid)
		return;
	mm_layout_expect(res, ZONELIST_ORDER, r->idx < r->prev_idx,
			 ZONE, key, key + 1,
			 "zonelist of node %d has zone %u of node %d after zone %u",
			 r->list_nid, r->idx, r->nid, r->prev_idx);
}

/**
 * mm_layout_rules_zonelist - rule for a whole zonelist
 * @l: the list
 * @res: where violations go
 */
void mm_layout_rules_zonelist(const struct mm_layout_zonelist *l,
			      struct mm_layout_result *res)
{
	unsigned long key = mm_layout_zone_key(l->nid, 0);

	mm_layout_expect(res, ZONELIST_ORDER, l->refs == l->populated,
			 ZONE, key, key + MAX_NR_ZONES,
			 "zonelist of node %d holds %lu zones, but %lu have pages",
			 l->nid, l->refs, l->populated);
}

/**
 * mm_layout_rules_gfp - rule for the zone that a gfp mask selects
 * @g: mask and zone
 * @res: where violations go
 */
void mm_layout_rules_gfp(const struct mm_layout_gfp *g,
			 struct mm_layout_result *res)
{
	mm_layout_expect(res, GFP_ZONE, g->zone == g->expected,
			 ZONE, g->zone, g->zone + 1,
			 "%s selects zone %u, expected %u",
			 g->name, g->zone, g->expected);
}

/**
 * mm_layout_rules_totals - rules for the sums over all zones
 * @t: the sums
 * @res: where violations go
 */
void mm_layout_rules_totals(const struct mm_layout_totals *t,
			    struct mm_layout_result *res)
{
	mm_layout_expect(res, TOTAL_PAGES, t->totalram == t->managed,
			 ZONE, 0, MAX_NR_ZONES,
			 "totalram_pages() is %lu, the zones manage %lu",
			 t->totalram, t->managed);
	mm_layout_expect(res, TOTAL_PAGES, t->totalhigh == t->managed_high,
			 ZONE, 0, MAX_NR_ZONES,
			 "totalhigh_pages() is %lu, the highmem zones manage %lu",
			 t->totalhigh, t->managed_high);
	if (t->ram != MM_LAYOUT_UNKNOWN)
		mm_layout_expect(res, TOTAL_PAGES, t->present == t->ram,
				 ZONE, 0, MAX_NR_ZONES,
				 "the zones have %lu present pages, but there are %lu of RAM",
				 t->present, t->ram);
}
