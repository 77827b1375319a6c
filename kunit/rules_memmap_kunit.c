// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests for the rules of struct pages, on a machine of 1 GB:
 *
 *	pfn 0x1000        0x36ffe                 0x40000
 *	    |   Normal    |        HighMem        |
 */
#include <linux/kernel.h>
#include <linux/mm.h>

#include "layout_kunit.h"

#define HIGHSTART	0x36ffeUL

static const struct mm_layout_bounds bounds = {
	.max_low_pfn = HIGHSTART,
	.max_pfn = 0x40000,
	.highmem = true,
	.highstart_pfn = HIGHSTART,
	.highend_pfn = 0x40000,
};

static const struct mm_layout_zone normal = {
	.name = "Normal", .idx = 1, .start_pfn = 0x1000, .end_pfn = HIGHSTART,
	.block = 0x400,
};

static const struct mm_layout_zone high = {
	.name = "HighMem", .idx = 2, .highmem = true,
	.start_pfn = HIGHSTART, .end_pfn = 0x40000,
};

static struct mm_layout_pages normal_pages(void)
{
	return (struct mm_layout_pages) {
		.start_pfn = 0x2000, .end_pfn = 0x3000, .ram = true, .zone = 1,
	};
}

static struct mm_layout_pages high_pages(void)
{
	return (struct mm_layout_pages) {
		.start_pfn = HIGHSTART, .end_pfn = 0x38000, .ram = true,
		.zone = 2, .highmem = true,
	};
}

#define HOLDS(zone, id)							\
do {									\
	mm_layout_rules_pages(&p, zone, &bounds, res);			\
	mm_layout_expect_held(test, res, MM_LAYOUT_##id);		\
} while (0)

#define VIOLATES(zone, id, text)					\
do {									\
	mm_layout_rules_pages(&p, zone, &bounds, res);			\
	mm_layout_expect_violated(test, res, MM_LAYOUT_##id, text);	\
} while (0)

static void page_zone_link(struct kunit *test)
{
	struct mm_layout_result *res = mm_layout_test_result(test);
	struct mm_layout_pages p = normal_pages();

	HOLDS(&normal, PAGE_ZONE);
	p.zone = 0;
	VIOLATES(&normal, PAGE_ZONE, "pfn 0x2000-0x2fff links to zone 0 of node 0");
	p = normal_pages();
	p.nid = 1;
	VIOLATES(&normal, PAGE_ZONE, "links to zone 1 of node 1");
	/* The struct pages of a hole link to a zone nearby. */
	p.ram = false;
	p.reserved = true;
	HOLDS(&normal, PAGE_RESERVED);
}

static void page_highmem(struct kunit *test)
{
	struct mm_layout_result *res = mm_layout_test_result(test);
	struct mm_layout_pages p = high_pages();

	HOLDS(&high, PAGE_HIGHMEM);
	p.highmem = false;
	VIOLATES(&high, PAGE_HIGHMEM, "is lowmem, but highmem starts at pfn 0x36ffe");
	p = normal_pages();
	HOLDS(&normal, PAGE_HIGHMEM);
	p.highmem = true;
	VIOLATES(&normal, PAGE_HIGHMEM, "is highmem");
	/* The run crosses the border by one page. */
	p = normal_pages();
	p.end_pfn = HIGHSTART + 1;
	VIOLATES(&normal, PAGE_HIGHMEM, "is lowmem");
}

static void page_reserved(struct kunit *test)
{
	struct mm_layout_result *res = mm_layout_test_result(test);
	struct mm_layout_pages p = normal_pages();

	p.ram = false;
	p.reserved = true;
	HOLDS(&normal, PAGE_RESERVED);
	p.reserved = false;
	VIOLATES(&normal, PAGE_RESERVED, "is not RAM, but not reserved");
	p.reserved = true;
	p.free = true;
	VIOLATES(&normal, PAGE_RESERVED, "is not RAM, but free");
}

/* Holes within a pageblock do not stop a zone from being contiguous. */
static void zone_contiguous(struct kunit *test)
{
	struct mm_layout_result *res = mm_layout_test_result(test);
	struct mm_layout_zone z = normal;
	struct mm_layout_pages p = normal_pages();
	unsigned long block = 0x4000;

	z.contiguous = true;
	HOLDS(&z, ZONE_CONTIGUOUS);
	p.ram = false;
	p.reserved = true;
	p.zone = 2;
	p.start_pfn = block + 1;
	p.end_pfn = block + 2;
	HOLDS(&z, ZONE_CONTIGUOUS);
	p.start_pfn = block;
	VIOLATES(&z, ZONE_CONTIGUOUS, "is marked contiguous");
	p.start_pfn = block + z.block - 1;
	p.end_pfn = p.start_pfn + 1;
	VIOLATES(&z, ZONE_CONTIGUOUS, "is marked contiguous");
	p.start_pfn = block + 1;
	p.end_pfn = block + 3 * z.block - 1;
	VIOLATES(&z, ZONE_CONTIGUOUS, "is marked contiguous");
	/* The last pageblock of the zone ends with the zone. */
	p.start_pfn = HIGHSTART - 1;
	p.end_pfn = HIGHSTART;
	VIOLATES(&z, ZONE_CONTIGUOUS, "is marked contiguous");
	p.start_pfn = block;
	p.absent = true;
	VIOLATES(&z, ZONE_CONTIGUOUS, "pfn 0x4000-0x36ffd has no struct page");
	z.contiguous = false;
	HOLDS(&z, ZONE_CONTIGUOUS);
	/* The first page of the pageblock is there. */
	z.contiguous = true;
	p.start_pfn = block + 1;
	p.end_pfn = block + z.block;
	HOLDS(&z, ZONE_CONTIGUOUS);
	p.end_pfn++;
	VIOLATES(&z, ZONE_CONTIGUOUS, "pfn 0x4001-0x4400 has no struct page");
}

static void highmem_typed(struct kunit *test)
{
	struct mm_layout_result *res = mm_layout_test_result(test);
	struct mm_layout_pages p = high_pages();

	HOLDS(&high, HIGHMEM_TYPED);
	p.highpte = true;
	HOLDS(&high, HIGHMEM_TYPED);
	p.highpte = false;
	p.kernel = true;
	VIOLATES(&high, HIGHMEM_TYPED, "in highmem zone HighMem");
}

static void movable_typed(struct kunit *test)
{
	struct mm_layout_result *res = mm_layout_test_result(test);
	struct mm_layout_zone z = normal;
	struct mm_layout_pages p = normal_pages();

	z.name = "Movable";
	z.movable = true;
	HOLDS(&z, MOVABLE_TYPED);
	p.kernel = true;
	VIOLATES(&z, MOVABLE_TYPED, "in movable zone Movable");
	p.kernel = false;
	p.highpte = true;
	VIOLATES(&z, MOVABLE_TYPED, "in movable zone Movable");
	p.cma = true;
	VIOLATES(&normal, MOVABLE_TYPED, "in CMA of zone Normal");
}

static const struct mm_layout_zone counted = {
	.name = "DMA", .start_pfn = 1, .end_pfn = 0x1000,
	.present = 3998, .early = 3998, .managed = 3977, .ram = 3998,
	.reserved = 21,
};

static void zone_present(struct kunit *test)
{
	struct mm_layout_result *res = mm_layout_test_result(test);
	struct mm_layout_zone z = counted;

	mm_layout_rules_zone_pages(&z, res);
	mm_layout_expect_held(test, res, MM_LAYOUT_ZONE_PRESENT);
	z.ram++;
	mm_layout_rules_zone_pages(&z, res);
	mm_layout_expect_violated(test, res, MM_LAYOUT_ZONE_PRESENT,
				  "3998 present pages, but spans 3999");
	/* What was added later is not in the RAM of boot. */
	z = counted;
	z.present += 1024;
	mm_layout_rules_zone_pages(&z, res);
	KUNIT_EXPECT_EQ(test, res->skipped[MM_LAYOUT_ZONE_RESERVED], 1UL);
	mm_layout_expect_held(test, res, MM_LAYOUT_ZONE_PRESENT);
}

static void zone_reserved(struct kunit *test)
{
	struct mm_layout_result *res = mm_layout_test_result(test);
	struct mm_layout_zone z = counted;

	/* A driver has reserved a page that it owns. */
	z.reserved++;
	mm_layout_rules_zone_pages(&z, res);
	mm_layout_expect_held(test, res, MM_LAYOUT_ZONE_RESERVED);
	z.reserved = 20;
	mm_layout_rules_zone_pages(&z, res);
	mm_layout_expect_violated(test, res, MM_LAYOUT_ZONE_RESERVED,
				  "3977 managed, 20 reserved and 0 offline pages, but 3998");
	/* A balloon has taken a page. */
	z.offline = 1;
	mm_layout_rules_zone_pages(&z, res);
	mm_layout_expect_held(test, res, MM_LAYOUT_ZONE_RESERVED);
}

static void memmap_place(struct kunit *test)
{
	struct mm_layout_result *res = mm_layout_test_result(test);
	struct mm_layout_memmap m = {
		.pfn = 0x3f000, .looked_up = true, .back_pfn = 0x3f000,
		.in_linear = true,
		.map_pfn = 0x36000, .map_reserved = true,
		.max_low_pfn = HIGHSTART,
	};

	mm_layout_rules_memmap(&m, res);
	mm_layout_expect_held(test, res, MM_LAYOUT_MEMMAP_PLACE);
	m.map_reserved = false;
	mm_layout_rules_memmap(&m, res);
	mm_layout_expect_violated(test, res, MM_LAYOUT_MEMMAP_PLACE,
				  "which is not reserved");
	m.map_reserved = true;
	m.map_pfn = HIGHSTART;
	mm_layout_rules_memmap(&m, res);
	mm_layout_expect_violated(test, res, MM_LAYOUT_MEMMAP_PLACE,
				  "expected it below max_low_pfn 0x36ffe");
	/* With a vmemmap it is elsewhere. */
	m.in_linear = false;
	mm_layout_rules_memmap(&m, res);
	mm_layout_expect_held(test, res, MM_LAYOUT_MEMMAP_ROUNDTRIP);
}

static void memmap_roundtrip(struct kunit *test)
{
	struct mm_layout_result *res = mm_layout_test_result(test);
	struct mm_layout_memmap m = {
		.pfn = 5, .looked_up = true, .back_pfn = 5,
	};

	mm_layout_rules_memmap(&m, res);
	mm_layout_expect_held(test, res, MM_LAYOUT_MEMMAP_ROUNDTRIP);
	m.back_pfn = 6;
	mm_layout_rules_memmap(&m, res);
	mm_layout_expect_violated(test, res, MM_LAYOUT_MEMMAP_ROUNDTRIP,
				  "pfn 0x5 has a struct page of pfn 0x6");
	/* Where it is computed, there is nothing to see. */
	m.looked_up = false;
	mm_layout_rules_memmap(&m, res);
	KUNIT_EXPECT_EQ(test, res->facts[MM_LAYOUT_MEMMAP_ROUNDTRIP], 0UL);
}

static void highmem_address(struct kunit *test)
{
	struct mm_layout_result *res = mm_layout_test_result(test);
	struct mm_layout_address a = {
		.pfn = 0x38000,
		.window_start = 0xff000000, .window_end = 0xff400000,
	};

	mm_layout_rules_address(&a, res);
	mm_layout_expect_held(test, res, MM_LAYOUT_HIGHMEM_ADDRESS);
	a.address = 0xff3ff000;
	mm_layout_rules_address(&a, res);
	mm_layout_expect_held(test, res, MM_LAYOUT_HIGHMEM_ADDRESS);
	a.address = 0xff400000;
	mm_layout_rules_address(&a, res);
	mm_layout_expect_violated(test, res, MM_LAYOUT_HIGHMEM_ADDRESS,
				  "has address 0xff400000, outside the kmap window");
}

static struct kunit_case memmap_cases[] = {
	KUNIT_CASE(page_zone_link),
	KUNIT_CASE(page_highmem),
	KUNIT_CASE(page_reserved),
	KUNIT_CASE(zone_contiguous),
	KUNIT_CASE(highmem_typed),
	KUNIT_CASE(movable_typed),
	KUNIT_CASE(zone_present),
	KUNIT_CASE(zone_reserved),
	KUNIT_CASE(memmap_place),
	KUNIT_CASE(memmap_roundtrip),
	KUNIT_CASE(highmem_address),
	{}
};

static struct kunit_suite memmap_suite = {
	.name = "mm_layout_rules_memmap",
	.test_cases = memmap_cases,
};

kunit_test_suite(memmap_suite);
