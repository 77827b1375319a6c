// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests for the rules of free pages.
 */
#include <linux/kernel.h>
#include <linux/mm.h>

#include "layout_kunit.h"

#define HIGHSTART	0x36ffeUL

static const struct mm_layout_zone zone = {
	.name = "Normal", .idx = 1, .start_pfn = 0x1000, .end_pfn = HIGHSTART,
};

static struct mm_layout_free_block good_block(void)
{
	return (struct mm_layout_free_block) {
		.pfn = 0x2040, .valid = true, .buddy = true,
		.order = 6, .list_order = 6, .zone = 1,
		.list_type = 1, .block_type = 1,
	};
}

#define HOLDS(id)							\
do {									\
	mm_layout_rules_free_block(&f, &zone, res);			\
	mm_layout_expect_held(test, res, MM_LAYOUT_##id);		\
} while (0)

#define VIOLATES(id, text)						\
do {									\
	mm_layout_rules_free_block(&f, &zone, res);			\
	mm_layout_expect_violated(test, res, MM_LAYOUT_##id, text);	\
	f = good_block();						\
} while (0)

static void free_block(struct kunit *test)
{
	struct mm_layout_result *res = mm_layout_test_result(test);
	struct mm_layout_free_block f = good_block();

	HOLDS(FREE_BLOCK);
	f.valid = false;
	VIOLATES(FREE_BLOCK, "which has no struct page");
	f.buddy = false;
	VIOLATES(FREE_BLOCK, "on the free list of order 6: not a free page");
	f.order = 5;
	VIOLATES(FREE_BLOCK, "on the free list of order 6: a free page of order 5");
	f.pfn = 0x2041;
	VIOLATES(FREE_BLOCK, "pfn 0x2041 on the free list");
	f.zone = 2;
	f.block_type = -1;
	VIOLATES(FREE_BLOCK, "zone 2, is on a free list of zone Normal");
	f.block_type = 0;
	VIOLATES(FREE_BLOCK, "its pageblock is of type 0");
	/* Aligned, in the zone, but the last two pages are highmem. */
	f.pfn = HIGHSTART + 2 - 64;
	VIOLATES(FREE_BLOCK, "is on a free list of zone Normal (0x1000-0x36ffd)");
}

static void free_whole(struct kunit *test)
{
	struct mm_layout_result *res = mm_layout_test_result(test);
	struct mm_layout_free_block f = good_block();

	HOLDS(FREE_WHOLE);
	f.used = 0x2060;
	VIOLATES(FREE_WHOLE, "pfn 0x2060 is inside a free block of order 6 at pfn 0x2040");
}

static void free_count(struct kunit *test)
{
	struct mm_layout_result *res = mm_layout_test_result(test);
	struct mm_layout_free_count c = { .order = 3, .walked = 7, .nr_free = 7 };

	mm_layout_rules_free_count(&c, &zone, res);
	mm_layout_expect_held(test, res, MM_LAYOUT_FREE_COUNT);
	c.nr_free = 8;
	mm_layout_rules_free_count(&c, &zone, res);
	mm_layout_expect_violated(test, res, MM_LAYOUT_FREE_COUNT,
				  "has 7 free blocks of order 3, nr_free is 8");
	mm_layout_rules_free_total(100, 100, &zone, res);
	mm_layout_expect_held(test, res, MM_LAYOUT_FREE_COUNT);
	mm_layout_rules_free_total(100, 101, &zone, res);
	mm_layout_expect_violated(test, res, MM_LAYOUT_FREE_COUNT,
				  "100 free pages in its lists, NR_FREE_PAGES is 101");
}

static void pcp_page(struct kunit *test)
{
	struct mm_layout_result *res = mm_layout_test_result(test);
	const struct mm_layout_pcp_page good = {
		.cpu = 1, .pfn = 0x2000, .valid = true, .zone = 1,
	};
	struct mm_layout_pcp_page p = good;

	mm_layout_rules_pcp_page(&p, &zone, res);
	mm_layout_expect_held(test, res, MM_LAYOUT_PCP_PAGE);
	p.buddy = true;
	mm_layout_rules_pcp_page(&p, &zone, res);
	mm_layout_expect_violated(test, res, MM_LAYOUT_PCP_PAGE,
				  "in the buddy lists");
	p = good;
	p.zone = 2;
	mm_layout_rules_pcp_page(&p, &zone, res);
	mm_layout_expect_violated(test, res, MM_LAYOUT_PCP_PAGE,
				  "pfn 0x2000, zone 2, is on the list of CPU 1 of zone Normal");
	p = good;
	p.pfn = HIGHSTART;
	mm_layout_rules_pcp_page(&p, &zone, res);
	mm_layout_expect_violated(test, res, MM_LAYOUT_PCP_PAGE,
				  "pfn 0x36ffe");
}

/* highstart_pfn is not aligned: 0x36ffe cuts a block of order 2 in halves. */
static void zone_straddle(struct kunit *test)
{
	struct mm_layout_result *res = mm_layout_test_result(test);
	struct mm_layout_block b = {
		.start_pfn = 0x36ffc, .end_pfn = 0x36ffe,
		.border_pfn = HIGHSTART, .free = true,
	};

	mm_layout_rules_block(&b, res);
	mm_layout_expect_held(test, res, MM_LAYOUT_ZONE_STRADDLE);
	b.end_pfn = 0x37000;
	mm_layout_rules_block(&b, res);
	mm_layout_expect_violated(test, res, MM_LAYOUT_ZONE_STRADDLE,
				  "free block of pfn 0x36ffc-0x36fff crosses");
	b.free = false;
	mm_layout_rules_block(&b, res);
	mm_layout_expect_violated(test, res, MM_LAYOUT_ZONE_STRADDLE,
				  "folio of pfn 0x36ffc-0x36fff crosses");
}

static struct kunit_case buddy_cases[] = {
	KUNIT_CASE(free_block),
	KUNIT_CASE(free_whole),
	KUNIT_CASE(free_count),
	KUNIT_CASE(pcp_page),
	KUNIT_CASE(zone_straddle),
	{}
};

static struct kunit_suite buddy_suite = {
	.name = "mm_layout_rules_buddy",
	.test_cases = buddy_cases,
};

kunit_test_suite(buddy_suite);
