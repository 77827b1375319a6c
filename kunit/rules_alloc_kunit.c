// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests for the rules of pages that are handed out: blocks that fit their
 * gfp mask, and blocks that do not.
 */
#include <linux/mmzone.h>

#include "layout_kunit.h"

/* Zones as on i386. */
enum { DMA, NORMAL, HIGHMEM, MOVABLE };

static const struct mm_layout_handed good = {
	.pfn = 0x1000,
	.order = 3,
	.zone = NORMAL,
	.max_zone = NORMAL,
};

static void zone_held(struct kunit *test)
{
	struct mm_layout_result *res = mm_layout_test_result(test);
	struct mm_layout_handed h = good;

	/* An allocation falls back to each zone below. */
	for (h.max_zone = DMA; h.max_zone <= MOVABLE; h.max_zone++) {
		for (h.zone = DMA; h.zone <= h.max_zone; h.zone++) {
			mm_layout_rules_handed(&h, res);
			mm_layout_expect_held(test, res, MM_LAYOUT_ALLOC_ZONE);
		}
	}
}

static void zone_violated(struct kunit *test)
{
	struct mm_layout_result *res = mm_layout_test_result(test);
	struct mm_layout_handed h = good;

	h.max_zone = DMA;
	mm_layout_rules_handed(&h, res);
	mm_layout_expect_violated(test, res, MM_LAYOUT_ALLOC_ZONE,
				  "pfn 0x1000-0x1007 was handed out, which is in zone 1, but the gfp mask allows zone 0 at most");
	/* A lowmem request that gets a highmem page has no address for it. */
	h.max_zone = NORMAL;
	h.zone = HIGHMEM;
	mm_layout_rules_handed(&h, res);
	mm_layout_expect_violated(test, res, MM_LAYOUT_ALLOC_ZONE,
				  "which is in zone 2");
}

static void block_held(struct kunit *test)
{
	struct mm_layout_result *res = mm_layout_test_result(test);
	struct mm_layout_handed h = good;

	for (h.order = 0; h.order <= MAX_PAGE_ORDER; h.order++) {
		h.pfn = 3UL << h.order;
		mm_layout_rules_handed(&h, res);
		mm_layout_expect_held(test, res, MM_LAYOUT_ALLOC_BLOCK);
	}
}

static void block_violated(struct kunit *test)
{
	struct mm_layout_result *res = mm_layout_test_result(test);
	struct mm_layout_handed h = good;

	for (h.order = 1; h.order <= MAX_PAGE_ORDER; h.order++) {
		h.pfn = (1UL << h.order) / 2;
		mm_layout_rules_handed(&h, res);
		mm_layout_expect_violated(test, res, MM_LAYOUT_ALLOC_BLOCK,
					  "which is not aligned");
	}
	h = good;
	h.last_link = h.link + 1;
	mm_layout_rules_handed(&h, res);
	mm_layout_expect_violated(test, res, MM_LAYOUT_ALLOC_BLOCK,
				  "pfn 0x1000-0x1007 was handed out as a block of order 3");
}

static struct kunit_case rules_alloc_cases[] = {
	KUNIT_CASE(zone_held),
	KUNIT_CASE(zone_violated),
	KUNIT_CASE(block_held),
	KUNIT_CASE(block_violated),
	{}
};

static struct kunit_suite rules_alloc_suite = {
	.name = "mm_layout_rules_alloc",
	.test_cases = rules_alloc_cases,
};

kunit_test_suite(rules_alloc_suite);
