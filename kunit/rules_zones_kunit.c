// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests for the rules of zones, zonelists and totals, on a machine of
 * 2 GB:
 *
 *	pfn 1   0x1000        0x36ffe             0x7ffe0
 *	    |DMA|   Normal    |      HighMem      |
 */
#include <linux/kernel.h>
#include <linux/mm.h>

#include "layout_kunit.h"

#define HIGHSTART	0x36ffeUL

/* The rules take numbers: zone 0 ends at 16M, as ZONE_DMA does. */
static const struct mm_layout_bounds bounds = {
	.highmem = true,
	.highstart_pfn = HIGHSTART,
	.zone_end_pfn = { 0x1000, HIGHSTART },
};

static struct mm_layout_zone dma_zone(void)
{
	return (struct mm_layout_zone) {
		.name = "DMA", .idx = 0, .start_pfn = 1, .end_pfn = 0x1000,
		.present = 3998, .managed = 3977,
		.reserve = { 0, 850 },
	};
}

static struct mm_layout_zone normal_zone(void)
{
	return (struct mm_layout_zone) {
		.name = "Normal", .idx = 1,
		.start_pfn = 0x1000, .end_pfn = HIGHSTART,
		.present = 0x35ffe, .managed = 0x35000,
	};
}

#define VIOLATES(z, prev, id, text)					\
do {									\
	mm_layout_rules_zone(z, prev, &bounds, res);			\
	mm_layout_expect_violated(test, res, MM_LAYOUT_##id, text);	\
} while (0)

#define HOLDS(z, prev, id)						\
do {									\
	mm_layout_rules_zone(z, prev, &bounds, res);			\
	mm_layout_expect_held(test, res, MM_LAYOUT_##id);		\
} while (0)

static void fix_reserve(struct mm_layout_zone *z)
{
	int i;

	for (i = z->idx + 1; i < MAX_NR_ZONES; i++)
		z->reserve[i] = 100 * i;
}

static void zone_order(struct kunit *test)
{
	struct mm_layout_result *res = mm_layout_test_result(test);
	struct mm_layout_zone dma = dma_zone(), normal = normal_zone();

	HOLDS(&normal, &dma, ZONE_ORDER);
	dma.end_pfn++;
	VIOLATES(&normal, &dma, ZONE_ORDER, "before the end of zone DMA at pfn 0x1001");
	/* Movable memory may lie among other. */
	normal.overlap_ok = true;
	HOLDS(&normal, &dma, ZONE_ORDER);
	normal = normal_zone();
	normal.end_pfn = normal.start_pfn;
	normal.present = 0;
	normal.managed = 0;
	VIOLATES(&normal, NULL, ZONE_ORDER, "zone Normal is empty");
}

static void zone_limit(struct kunit *test)
{
	struct mm_layout_result *res = mm_layout_test_result(test);
	struct mm_layout_zone z = dma_zone();

	fix_reserve(&z);
	HOLDS(&z, NULL, ZONE_LIMIT);
	z.end_pfn++;
	VIOLATES(&z, NULL, ZONE_LIMIT, "ends at pfn 0x1001, expected 0x1000");
	z = normal_zone();
	z.highmem = true;
	VIOLATES(&z, NULL, ZONE_LIMIT, "starts at pfn 0x1000, expected 0x36ffe");
	/* A machine with less RAM has a shorter zone. */
	z = normal_zone();
	z.end_pfn--;
	z.present--;
	HOLDS(&z, NULL, ZONE_LIMIT);
}

static void zone_counters(struct kunit *test)
{
	struct mm_layout_result *res = mm_layout_test_result(test);
	struct mm_layout_zone z = normal_zone();

	HOLDS(&z, NULL, ZONE_COUNTERS);
	z.managed = z.present + 1;
	VIOLATES(&z, NULL, ZONE_COUNTERS, "managed");
	z = normal_zone();
	z.present = z.end_pfn - z.start_pfn + 1;
	VIOLATES(&z, NULL, ZONE_COUNTERS, "present");
}

static void zone_reserve(struct kunit *test)
{
	struct mm_layout_result *res = mm_layout_test_result(test);
	struct mm_layout_zone z = dma_zone();

	fix_reserve(&z);
	HOLDS(&z, NULL, ZONE_RESERVE);
	z.reserve[1] = -1;
	VIOLATES(&z, NULL, ZONE_RESERVE, "zone DMA keeps -1 pages");
}

static void zonelist_order(struct kunit *test)
{
	struct mm_layout_result *res = mm_layout_test_result(test);
	struct mm_layout_zoneref r = {
		.idx = 1, .prev_idx = 2, .populated = true,
	};
	struct mm_layout_zonelist l = { .refs = 3, .populated = 3 };

	mm_layout_rules_zoneref(&r, res);
	mm_layout_rules_zonelist(&l, res);
	mm_layout_expect_held(test, res, MM_LAYOUT_ZONELIST_ORDER);
	r.prev_idx = 1;
	mm_layout_rules_zoneref(&r, res);
	mm_layout_expect_violated(test, res, MM_LAYOUT_ZONELIST_ORDER,
				  "has zone 1 of node 0 after zone 1");
	/* Another node begins with its own highest zone. */
	r.prev_nid = 1;
	r.prev_idx = 0;
	mm_layout_rules_zoneref(&r, res);
	mm_layout_expect_held(test, res, MM_LAYOUT_ZONELIST_ORDER);
	r.populated = false;
	mm_layout_rules_zoneref(&r, res);
	mm_layout_expect_violated(test, res, MM_LAYOUT_ZONELIST_ORDER,
				  "which has no pages");
	l.refs = 2;
	mm_layout_rules_zonelist(&l, res);
	mm_layout_expect_violated(test, res, MM_LAYOUT_ZONELIST_ORDER,
				  "holds 2 zones, but 3 have pages");
}

static void gfp_zones(struct kunit *test)
{
	struct mm_layout_result *res = mm_layout_test_result(test);
	struct mm_layout_gfp g = { .name = "GFP_DMA" };

	mm_layout_rules_gfp(&g, res);
	mm_layout_expect_held(test, res, MM_LAYOUT_GFP_ZONE);
	g.zone = 1;
	mm_layout_rules_gfp(&g, res);
	mm_layout_expect_violated(test, res, MM_LAYOUT_GFP_ZONE,
				  "GFP_DMA selects zone 1, expected 0");
}

static void total_pages(struct kunit *test)
{
	struct mm_layout_result *res = mm_layout_test_result(test);
	const struct mm_layout_totals good = {
		.totalram = 50, .managed = 50, .totalhigh = 20,
		.managed_high = 20, .present = 60, .ram = 60,
	};
	struct mm_layout_totals t = good;

	mm_layout_rules_totals(&t, res);
	mm_layout_expect_held(test, res, MM_LAYOUT_TOTAL_PAGES);
	t.totalram++;
	mm_layout_rules_totals(&t, res);
	mm_layout_expect_violated(test, res, MM_LAYOUT_TOTAL_PAGES,
				  "totalram_pages() is 51, the zones manage 50");
	t = good;
	t.totalhigh--;
	mm_layout_rules_totals(&t, res);
	mm_layout_expect_violated(test, res, MM_LAYOUT_TOTAL_PAGES,
				  "totalhigh_pages() is 19");
	t = good;
	t.ram++;
	mm_layout_rules_totals(&t, res);
	mm_layout_expect_violated(test, res, MM_LAYOUT_TOTAL_PAGES,
				  "but there are 61 of RAM");
	t.ram = MM_LAYOUT_UNKNOWN;
	mm_layout_rules_totals(&t, res);
	mm_layout_expect_held(test, res, MM_LAYOUT_TOTAL_PAGES);
}

static struct kunit_case zones_cases[] = {
	KUNIT_CASE(zone_order),
	KUNIT_CASE(zone_limit),
	KUNIT_CASE(zone_counters),
	KUNIT_CASE(zone_reserve),
	KUNIT_CASE(zonelist_order),
	KUNIT_CASE(gfp_zones),
	KUNIT_CASE(total_pages),
	{}
};

static struct kunit_suite zones_suite = {
	.name = "mm_layout_rules_zones",
	.test_cases = zones_cases,
};

kunit_test_suite(zones_suite);
