// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests for the rules of slabs and large kmallocs.
 */
#include <linux/kernel.h>
#include <linux/mm.h>

#include "layout_kunit.h"

/* Zones as on i386. */
enum { DMA, NORMAL, HIGHMEM };

/* As kmalloc-1k, whose slabs are of 8 pages, or of one when memory is scarce. */
static const struct mm_layout_cache cache = {
	.name = "kmalloc-1k", .size = PAGE_SIZE / 4,
	.order = 3, .objects = 32, .min_order = 0, .min_objects = 4,
	.max_zone = NORMAL,
};

static struct mm_layout_slab good_slab(void)
{
	return (struct mm_layout_slab) {
		.pfn = 0x2040, .order = 3, .zone = NORMAL, .max_zone = NORMAL,
		.refcount = MM_LAYOUT_SLAB_REFCOUNT,
		.walked = true, .unmapped_pfn = MM_LAYOUT_UNKNOWN,
		.cache = 0xc1001000, .cache_ok = true,
		.objects = 32, .inuse = 32,
	};
}

#define HOLDS(id)							\
do {									\
	mm_layout_rules_slab(&s, &cache, res);				\
	mm_layout_expect_held(test, res, MM_LAYOUT_##id);		\
	s = good_slab();						\
} while (0)

#define VIOLATES(id, text)						\
do {									\
	mm_layout_rules_slab(&s, &cache, res);				\
	mm_layout_expect_violated(test, res, MM_LAYOUT_##id, text);	\
	s = good_slab();						\
} while (0)

static void slab_cache(struct kunit *test)
{
	struct mm_layout_result *res = mm_layout_test_result(test);
	struct mm_layout_slab s = good_slab();

	HOLDS(SLAB_CACHE);
	s.cache_ok = false;
	VIOLATES(SLAB_CACHE,
		 "slab at pfn 0x2040 says that it belongs to a cache at 0xc1001000, which is none");
	/* A cache that is being destroyed has no numbers any more. */
	s.objects = 1;
	mm_layout_rules_slab(&s, NULL, res);
	mm_layout_expect_held(test, res, MM_LAYOUT_SLAB_CACHE);
}

static void slab_order(struct kunit *test)
{
	struct mm_layout_result *res = mm_layout_test_result(test);
	struct mm_layout_slab s = good_slab();

	HOLDS(SLAB_ORDER);
	s.order = 0;
	s.objects = 4;
	s.inuse = 0;
	HOLDS(SLAB_ORDER);
	/* Each of them is right for the other order. */
	s.objects = 4;
	s.inuse = 0;
	VIOLATES(SLAB_ORDER, "has 4 objects of 1024 bytes in order 3, expected 32 in 3 or 4 in 0");
	s.order = 0;
	VIOLATES(SLAB_ORDER, "has 32 objects of 1024 bytes in order 0");
	s.objects = 31;
	s.inuse = 31;
	VIOLATES(SLAB_ORDER, "has 31 objects");
	s.order = 2;
	VIOLATES(SLAB_ORDER, "in order 2, expected");
	s.inuse = 33;
	VIOLATES(SLAB_ORDER, "slab of kmalloc-1k at pfn 0x2040 has 33 of 32 objects in use");
}

/* A cache whose numbers do not fit in a slab is wrong even if all agree. */
static void slab_overflow(struct kunit *test)
{
	struct mm_layout_result *res = mm_layout_test_result(test);
	struct mm_layout_slab s = good_slab();
	struct mm_layout_cache c = cache;

	c.objects = 33;
	s.objects = 33;
	mm_layout_rules_slab(&s, &c, res);
	mm_layout_expect_violated(test, res, MM_LAYOUT_SLAB_ORDER,
				  "has 33 objects of 1024 bytes in order 3");
}

static void slab_zone(struct kunit *test)
{
	struct mm_layout_result *res = mm_layout_test_result(test);
	struct mm_layout_slab s = good_slab();

	HOLDS(SLAB_ZONE);
	s.zone = DMA;
	HOLDS(SLAB_ZONE);
	s.zone = DMA;
	s.max_zone = DMA;
	HOLDS(SLAB_ZONE);
	s.max_zone = DMA;
	VIOLATES(SLAB_ZONE, "slab at pfn 0x2040 is in zone 1, expected zone 0 at most");
	s.zone = HIGHMEM;
	s.highmem = true;
	VIOLATES(SLAB_ZONE, "is in highmem zone 2, expected zone 1 at most");
	/* Whatever the cache allows. */
	s.zone = HIGHMEM;
	s.max_zone = HIGHMEM;
	s.highmem = true;
	VIOLATES(SLAB_ZONE, "is in highmem zone 2");
}

static void slab_pages(struct kunit *test)
{
	struct mm_layout_result *res = mm_layout_test_result(test);
	struct mm_layout_slab s = good_slab();

	HOLDS(SLAB_PAGES);
	s.refcount = 2;
	VIOLATES(SLAB_PAGES, "slab at pfn 0x2040 has a refcount of 2, expected ");
	s.stray_pfn = 0x2043;
	VIOLATES(SLAB_PAGES,
		 "slab at pfn 0x2040 of order 3 has a page that is not its own, pfn 0x2043");
}

static void slab_linear(struct kunit *test)
{
	struct mm_layout_result *res = mm_layout_test_result(test);
	struct mm_layout_slab s = good_slab();

	HOLDS(SLAB_LINEAR);
	s.unmapped_pfn = 0x2047;
	VIOLATES(SLAB_LINEAR, "of order 3: pfn 0x2047 is not mapped, or read-only");
	s.pfn = 0;
	s.unmapped_pfn = 0;
	VIOLATES(SLAB_LINEAR, "pfn 0x0 is not mapped, or read-only");
	s.walked = false;
	mm_layout_rules_slab(&s, &cache, res);
	KUNIT_EXPECT_EQ(test, res->facts[MM_LAYOUT_SLAB_LINEAR], 0UL);
}

#define LARGE_HOLDS(id)							\
do {									\
	mm_layout_rules_slab(&s, NULL, res);				\
	mm_layout_expect_held(test, res, MM_LAYOUT_##id);		\
} while (0)

#define LARGE_VIOLATES(id, text)					\
do {									\
	mm_layout_rules_slab(&s, NULL, res);				\
	mm_layout_expect_violated(test, res, MM_LAYOUT_##id, text);	\
	s = good;							\
} while (0)

static void large_kmalloc(struct kunit *test)
{
	const struct mm_layout_slab good = {
		.large = true, .pfn = 0x3000, .order = 4,
		.zone = NORMAL, .max_zone = NORMAL,
		.walked = true, .unmapped_pfn = MM_LAYOUT_UNKNOWN,
		.refcount = MM_LAYOUT_SLAB_REFCOUNT, .bytes = 16 * PAGE_SIZE,
	};
	struct mm_layout_result *res = mm_layout_test_result(test);
	struct mm_layout_slab s = good;

	LARGE_HOLDS(SLAB_ORDER);
	LARGE_HOLDS(SLAB_ZONE);
	LARGE_HOLDS(SLAB_PAGES);
	LARGE_HOLDS(SLAB_LINEAR);
	s.bytes++;
	LARGE_VIOLATES(SLAB_ORDER, "at pfn 0x3000 has order 4");
	s.max_zone = DMA;
	LARGE_VIOLATES(SLAB_ZONE, "large kmalloc at pfn 0x3000 is in zone 1, expected zone 0");
	s.refcount = 2;
	LARGE_VIOLATES(SLAB_PAGES, "large kmalloc at pfn 0x3000 has a refcount of 2");
	s.stray_pfn = 0x3001;
	LARGE_VIOLATES(SLAB_PAGES, "has a page that is not its own, pfn 0x3001");
	s.unmapped_pfn = 0x3002;
	LARGE_VIOLATES(SLAB_LINEAR, "pfn 0x3002 is not mapped");
}

static void partial_list(struct kunit *test)
{
	const struct mm_layout_partial good = {
		.name = "kmalloc-1k", .cache = 0xc1001000,
		.walked = 5, .nr_partial = 5,
	};
	struct mm_layout_result *res = mm_layout_test_result(test);
	struct mm_layout_partial p = good;

	mm_layout_rules_partial(&p, res);
	mm_layout_expect_held(test, res, MM_LAYOUT_SLAB_PARTIAL);
	p.nr_partial = 6;
	mm_layout_rules_partial(&p, res);
	mm_layout_expect_violated(test, res, MM_LAYOUT_SLAB_PARTIAL,
				  "the partial list of kmalloc-1k, node 0, has 5 slabs, nr_partial is 6");
	/* The walk ends at what is wrong, so the number means nothing. */
	p.wrong = "a slab of another cache";
	p.wrong_pfn = 0x2040;
	mm_layout_rules_partial(&p, res);
	mm_layout_expect_violated(test, res, MM_LAYOUT_SLAB_PARTIAL,
				  "has pfn 0x2040, which is a slab of another cache");
}

static void count(struct kunit *test)
{
	struct mm_layout_slab_count c = {
		.name = "dentry", .cache = 0xc1001000, .nr_slabs = 7, .found = 7,
	};
	struct mm_layout_result *res = mm_layout_test_result(test);

	mm_layout_rules_slab_count(&c, res);
	mm_layout_expect_held(test, res, MM_LAYOUT_SLAB_COUNT);
	/* One that is not counted yet, or no more. */
	c.found = 8;
	mm_layout_rules_slab_count(&c, res);
	mm_layout_expect_held(test, res, MM_LAYOUT_SLAB_COUNT);
	c.found = 6;
	mm_layout_rules_slab_count(&c, res);
	mm_layout_expect_violated(test, res, MM_LAYOUT_SLAB_COUNT,
				  "cache dentry counts 7 slabs, but only 6 are found");
}

static struct kunit_case rules_slab_cases[] = {
	KUNIT_CASE(slab_cache),
	KUNIT_CASE(slab_order),
	KUNIT_CASE(slab_overflow),
	KUNIT_CASE(slab_zone),
	KUNIT_CASE(slab_pages),
	KUNIT_CASE(slab_linear),
	KUNIT_CASE(large_kmalloc),
	KUNIT_CASE(partial_list),
	KUNIT_CASE(count),
	{}
};

static struct kunit_suite rules_slab_suite = {
	.name = "mm_layout_rules_slab",
	.test_cases = rules_slab_cases,
};

kunit_test_suite(rules_slab_suite);
