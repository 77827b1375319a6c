// SPDX-License-Identifier: GPL-2.0
/*
 * Reads zones, zonelists and totals.
 */
#include <linux/gfp.h>
#include <linux/highmem.h>
#include <linux/memblock.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/nodemask.h>

#include "../layout.h"

/*
 * With NUMA the memory of nodes may be interleaved, memory hotplug lets spans
 * grow over what is another zone's, and kernelcore=mirror makes a movable zone
 * of what is not mirrored.
 */
static bool may_overlap(const struct zone *a, const struct zone *b)
{
	return IS_ENABLED(CONFIG_NUMA) || IS_ENABLED(CONFIG_MEMORY_HOTPLUG) ||
	       zone_idx(a) == ZONE_MOVABLE || zone_idx(b) == ZONE_MOVABLE;
}

static bool overlap_ok(const struct zone *zone)
{
	struct zone *other;

	for_each_populated_zone(other)
		if (other != zone && may_overlap(zone, other) &&
		    zone_intersects(other, zone->zone_start_pfn,
				    zone->spanned_pages))
			return true;
	return false;
}

#ifdef CONFIG_MEMORY_HOTPLUG
static unsigned long present_at_boot(const struct zone *zone)
{
	return zone->present_early_pages;
}
#else
static unsigned long present_at_boot(const struct zone *zone)
{
	return zone->present_pages;
}
#endif

/**
 * mm_layout_read_zone - copy the numbers of a zone
 * @zone: a populated zone
 * @z: filled, but for the numbers that have to be counted
 *
 * Context: any. Spans are stable without memory hotplug; else the caller holds
 * the memory hotplug lock for reading.
 */
void mm_layout_read_zone(struct zone *zone, struct mm_layout_zone *z)
{
	unsigned int i;

	*z = (struct mm_layout_zone) {
		.name = zone->name,
		.nid = zone_to_nid(zone),
		.idx = zone_idx(zone),
		.highmem = is_highmem(zone),
		.movable = zone_idx(zone) == ZONE_MOVABLE,
		.overlap_ok = overlap_ok(zone),
		.contiguous = zone->contiguous,
		.start_pfn = zone->zone_start_pfn,
		.end_pfn = zone_end_pfn(zone),
		.block = pageblock_nr_pages,
		.present = zone->present_pages,
		.early = present_at_boot(zone),
		.managed = zone_managed_pages(zone),
	};
	for (i = 0; i < MAX_NR_ZONES; i++)
		z->reserve[i] = READ_ONCE(zone->lowmem_reserve[i]);
}

static void check_zones(const struct mm_layout_bounds *b,
			struct mm_layout_result *res)
{
	struct mm_layout_zone z, prev;
	int prev_nid = NUMA_NO_NODE;
	struct zone *zone;

	for_each_populated_zone(zone) {
		mm_layout_read_zone(zone, &z);
		mm_layout_rules_zone(&z, z.nid == prev_nid ? &prev : NULL, b,
				     res);
		prev = z;
		prev_nid = z.nid;
	}
}

static unsigned long populated_zones(void)
{
	unsigned long nr = 0;
	struct zone *zone;

	for_each_populated_zone(zone)
		nr++;
	return nr;
}

static void check_zonelists(struct mm_layout_result *res)
{
	struct mm_layout_zonelist l = { .populated = populated_zones() };
	struct zonelist *zonelist;
	struct zoneref *ref;
	int nid;

	for_each_online_node(nid) {
		struct mm_layout_zoneref r = {
			.list_nid = nid,
			.prev_nid = NUMA_NO_NODE,
		};

		l.nid = nid;
		l.refs = 0;
		zonelist = &NODE_DATA(nid)->node_zonelists[ZONELIST_FALLBACK];
		for (ref = zonelist->_zonerefs; zonelist_zone(ref); ref++) {
			r.nid = zonelist_node_idx(ref);
			r.idx = zonelist_zone_idx(ref);
			r.populated = populated_zone(zonelist_zone(ref));
			mm_layout_rules_zoneref(&r, res);
			r.prev_nid = r.nid;
			r.prev_idx = r.idx;
			l.refs++;
		}
		mm_layout_rules_zonelist(&l, res);
	}
}

#ifdef CONFIG_HIGHMEM
#define EXPECTED_HIGHMEM	ZONE_HIGHMEM
#else
#define EXPECTED_HIGHMEM	ZONE_NORMAL
#endif

#ifdef CONFIG_ZONE_DMA
#define EXPECTED_DMA		ZONE_DMA
#else
#define EXPECTED_DMA		ZONE_NORMAL
#endif

static void check_gfp(struct mm_layout_result *res)
{
	const struct mm_layout_gfp masks[] = {
		{ "GFP_KERNEL", gfp_zone(GFP_KERNEL), ZONE_NORMAL },
		{ "GFP_ATOMIC", gfp_zone(GFP_ATOMIC), ZONE_NORMAL },
		{ "GFP_DMA", gfp_zone(GFP_DMA), EXPECTED_DMA },
		{ "GFP_HIGHUSER", gfp_zone(GFP_HIGHUSER), EXPECTED_HIGHMEM },
		{ "GFP_HIGHUSER_MOVABLE", gfp_zone(GFP_HIGHUSER_MOVABLE),
		  ZONE_MOVABLE },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(masks); i++)
		mm_layout_rules_gfp(&masks[i], res);
}

static void count_ram(unsigned long start_pfn, unsigned long end_pfn, bool ram,
		      void *arg)
{
	if (ram)
		*(unsigned long *)arg += end_pfn - start_pfn;
}

static void check_totals(struct mm_layout_result *res)
{
	struct mm_layout_totals t = {
		.totalram = totalram_pages(),
		.totalhigh = totalhigh_pages(),
		.ram = MM_LAYOUT_UNKNOWN,
	};
	struct zone *zone;

	for_each_populated_zone(zone) {
		t.managed += zone_managed_pages(zone);
		t.present += zone->present_pages;
		if (is_highmem(zone))
			t.managed_high += zone_managed_pages(zone);
	}
	/* With hotplug, RAM may be there, but offline. */
	if (mm_layout_ram_known() && !IS_ENABLED(CONFIG_MEMORY_HOTPLUG)) {
		t.ram = 0;
		mm_layout_walk_ram(0, max_pfn, count_ram, &t.ram);
	}
	mm_layout_rules_totals(&t, res);
}

/**
 * mm_layout_check_zones - check zones, zonelists and totals
 * @res: where violations go
 *
 * Context: may sleep. Takes the memory hotplug lock for reading.
 */
void mm_layout_check_zones(struct mm_layout_result *res)
{
	struct mm_layout_bounds bounds;

	mm_layout_arch_bounds(&bounds);
	get_online_mems();
	check_zones(&bounds, res);
	check_zonelists(res);
	check_totals(res);
	put_online_mems();
	check_gfp(res);
	if (!bounds.zone_end_pfn[ZONE_NORMAL])
		mm_layout_skip(res, MM_LAYOUT_ZONE_LIMIT,
			       "the architecture does not say where zones end");
}
