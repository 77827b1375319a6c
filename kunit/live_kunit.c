// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests on the running kernel, for every architecture: the test breaks
 * the bookkeeping of a page that it owns, or a counter by one page, reads the
 * report on the console as a person would, mends it, and sees the next scan
 * pass.
 */
#include <linux/gfp.h>
#include <linux/highmem.h>
#include <linux/mm.h>
#include <linux/vmstat.h>

#include "layout_kunit.h"

/* Scans one check, and expects the summary to match the number returned. */
static unsigned long run_scan(struct kunit *test, unsigned int check)
{
	unsigned long violations;

	mm_layout_console_reset();
	violations = mm_layout_scan("", check);
	KUNIT_EXPECT_TRUE(test,
			  mm_layout_console_saw(violations ?
						"mm_layout: scan FAILED" :
						"mm_layout: scan passed"));
	return violations;
}

/* The same, as patient as any. */
static unsigned long clean_scan(struct kunit *test, unsigned int check)
{
	unsigned long violations;

	mm_layout_waits = MM_LAYOUT_WAITS;
	violations = run_scan(test, check);
	mm_layout_waits = 1;
	return violations;
}

static void healthy(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, clean_scan(test, MM_LAYOUT_CHECK_ALL), 0UL);
	KUNIT_EXPECT_TRUE(test, mm_layout_console_saw(", 0 violations, "));
}

static void each_check(struct kunit *test)
{
	unsigned int check;

	for (check = 0; check < MM_LAYOUT_NR_CHECKS; check++)
		KUNIT_EXPECT_EQ(test, clean_scan(test, check), 0UL);
}

static void free_test_page(void *page)
{
	__free_page(page);
}

static struct page *test_page(struct kunit *test)
{
	struct page *page = alloc_page(GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, free_test_page,
							   page));
	return page;
}

/* A page links to a zone that does not span it. */
static void zone_link(struct kunit *test)
{
	struct page *page = test_page(test);
	enum zone_type zone = page_zonenum(page);
	unsigned long pfn = page_to_pfn(page);
	char text[80];

	set_page_zone(page, ZONE_MOVABLE);
	KUNIT_EXPECT_NE(test, run_scan(test, MM_LAYOUT_CHECK_MEMMAP), 0UL);
	set_page_zone(page, zone);

	scnprintf(text, sizeof(text),
		  "BUG: mm_layout: page-zone: pfn %#lx-%#lx links to zone %u ",
		  pfn, pfn, (unsigned int)ZONE_MOVABLE);
	KUNIT_EXPECT_TRUE(test, mm_layout_console_saw(text));
	scnprintf(text, sizeof(text), "mm_layout:   page: pfn %#lx, ", pfn);
	KUNIT_EXPECT_TRUE(test, mm_layout_console_saw(text));
	KUNIT_EXPECT_EQ(test, clean_scan(test, MM_LAYOUT_CHECK_MEMMAP), 0UL);
}

/* Reported once as long as it is there, and again once it comes back. */
static void reported_once(struct kunit *test)
{
	struct page *page = test_page(test);
	enum zone_type zone = page_zonenum(page);

	set_page_zone(page, ZONE_MOVABLE);
	KUNIT_EXPECT_NE(test, run_scan(test, MM_LAYOUT_CHECK_MEMMAP), 0UL);
	KUNIT_EXPECT_TRUE(test, mm_layout_console_saw("BUG: mm_layout: page-zone"));
	KUNIT_EXPECT_NE(test, run_scan(test, MM_LAYOUT_CHECK_MEMMAP), 0UL);
	KUNIT_EXPECT_FALSE(test, mm_layout_console_saw("BUG: mm_layout: page-zone"));
	KUNIT_EXPECT_TRUE(test, mm_layout_console_saw(" not shown"));
	set_page_zone(page, zone);
	KUNIT_EXPECT_EQ(test, clean_scan(test, MM_LAYOUT_CHECK_MEMMAP), 0UL);

	set_page_zone(page, ZONE_MOVABLE);
	KUNIT_EXPECT_NE(test, run_scan(test, MM_LAYOUT_CHECK_MEMMAP), 0UL);
	KUNIT_EXPECT_TRUE(test, mm_layout_console_saw("BUG: mm_layout: page-zone"));
	set_page_zone(page, zone);
	KUNIT_EXPECT_EQ(test, clean_scan(test, MM_LAYOUT_CHECK_MEMMAP), 0UL);
}

/* What the report says, and that it is gone once the number is right again. */
static void expect_counted(struct kunit *test, unsigned int check,
			   const char *text)
{
	KUNIT_EXPECT_EQ(test, run_scan(test, check), 1UL);
	KUNIT_EXPECT_TRUE_MSG(test, mm_layout_console_saw(text), "not seen: %s",
			      text);
}

/* Counters that are off by one page. Nobody acts upon so little. */
static void wrong_total(struct kunit *test)
{
	totalram_pages_inc();
	expect_counted(test, MM_LAYOUT_CHECK_ZONES,
		       "BUG: mm_layout: total-pages: totalram_pages() is ");
	totalram_pages_dec();
	KUNIT_EXPECT_EQ(test, clean_scan(test, MM_LAYOUT_CHECK_ZONES), 0UL);
}

static void wrong_free(struct kunit *test)
{
	struct zone *zone = page_zone(test_page(test));

	mod_zone_page_state(zone, NR_FREE_PAGES, 1);
	expect_counted(test, MM_LAYOUT_CHECK_BUDDY,
		       " free pages in its lists, NR_FREE_PAGES is ");
	mod_zone_page_state(zone, NR_FREE_PAGES, -1);
	KUNIT_EXPECT_EQ(test, clean_scan(test, MM_LAYOUT_CHECK_BUDDY), 0UL);
}

#ifdef CONFIG_HIGHMEM
/* A highmem page claims to be a slab, which the kernel could not address. */
static void highmem_slab(struct kunit *test)
{
	struct page *page;

	if (!totalhigh_pages())
		kunit_skip(test, "this machine has no highmem");
	page = alloc_page(GFP_HIGHUSER);
	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, free_test_page,
							   page));
	KUNIT_ASSERT_TRUE_MSG(test, PageHighMem(page), "no highmem is free");

	__folio_set_slab(page_folio(page));
	KUNIT_EXPECT_EQ(test, run_scan(test, MM_LAYOUT_CHECK_MEMMAP), 1UL);
	__folio_clear_slab(page_folio(page));
	KUNIT_EXPECT_TRUE(test,
			  mm_layout_console_saw("BUG: mm_layout: highmem-typed: pfn "));
	KUNIT_EXPECT_EQ(test, clean_scan(test, MM_LAYOUT_CHECK_MEMMAP), 0UL);
}

#define HIGHMEM_CASES	KUNIT_CASE(highmem_slab),
#else
#define HIGHMEM_CASES
#endif

static struct kunit_case live_cases[] = {
	KUNIT_CASE(healthy),
	KUNIT_CASE(each_check),
	KUNIT_CASE(zone_link),
	KUNIT_CASE(reported_once),
	KUNIT_CASE(wrong_total),
	KUNIT_CASE(wrong_free),
	HIGHMEM_CASES
	{}
};

static struct kunit_suite live_suite = {
	.name = "mm_layout_live",
	.suite_init = mm_layout_console_init,
	.suite_exit = mm_layout_console_exit,
	.test_cases = live_cases,
};

kunit_test_suite(live_suite);
