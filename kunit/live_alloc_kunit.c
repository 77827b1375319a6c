// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests on the running kernel: what the page allocator hands out, with the
 * hooks on, and what the hooks say of a page that it should not have handed out.
 */
#include <linux/gfp.h>
#include <linux/highmem.h>
#include <linux/io.h>
#include <linux/irq_work.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/spinlock.h>

#include "layout_kunit.h"

static void check_block(struct kunit *test, struct page *page,
			unsigned int order, enum zone_type max_zone)
{
	unsigned long i, pfn = page_to_pfn(page);

	KUNIT_EXPECT_TRUE(test, IS_ALIGNED(pfn, 1UL << order));
	for (i = 0; i < 1UL << order; i++) {
		KUNIT_ASSERT_PTR_EQ(test, pfn_to_page(pfn + i), page + i);
		KUNIT_ASSERT_EQ(test, page_zonenum(page + i), page_zonenum(page));
	}
	KUNIT_EXPECT_LE(test, page_zonenum(page), max_zone);
}

/* Blocks of every order are contiguous, aligned, and of one zone. */
static void every_order(struct kunit *test)
{
	unsigned int order;
	struct page *page;

	for (order = 0; order <= MAX_PAGE_ORDER; order++) {
		page = alloc_pages(GFP_KERNEL, order);
		KUNIT_ASSERT_NOT_NULL_MSG(test, page, "order %u", order);
		check_block(test, page, order, ZONE_NORMAL);
		__free_pages(page, order);
	}
	mm_layout_expect_clean(test, MM_LAYOUT_CHECK_HOOKS);
}

/* Blocks of this order are not kept in per-CPU lists, but put together at once. */
#define FREED_ORDER	(PAGE_ALLOC_COSTLY_ORDER + 1)

/* The free lists are in order while a block is in use, and when it is freed. */
static void freed_again(struct kunit *test)
{
	struct page *page = alloc_pages(GFP_KERNEL, FREED_ORDER);

	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_EXPECT_EQ(test, mm_layout_scan("", MM_LAYOUT_CHECK_BUDDY), 0UL);
	__free_pages(page, FREED_ORDER);
	KUNIT_EXPECT_EQ(test, mm_layout_scan("", MM_LAYOUT_CHECK_BUDDY), 0UL);
	mm_layout_expect_clean(test, MM_LAYOUT_CHECK_HOOKS);
}

/* Zone modifiers, and that a page without highmem has its linear address. */
static void gfp_zones(struct kunit *test)
{
	struct page *page = alloc_page(GFP_HIGHUSER_MOVABLE);
	unsigned long addr = __get_free_page(GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, page);
	check_block(test, page, 0, gfp_zone(GFP_HIGHUSER_MOVABLE));
	/* The last user's kmap() is undone when the window is full. */
	if (PageHighMem(page) && page_address(page))
		KUNIT_EXPECT_TRUE(test, is_kmap_addr(page_address(page)));
	__free_page(page);

	KUNIT_ASSERT_NE(test, addr, 0UL);
	page = virt_to_page((void *)addr);
	check_block(test, page, 0, ZONE_NORMAL);
	KUNIT_EXPECT_FALSE(test, PageHighMem(page));
	KUNIT_EXPECT_PTR_EQ(test, page_address(page), (void *)addr);
	KUNIT_EXPECT_PTR_EQ(test, phys_to_virt(PFN_PHYS(page_to_pfn(page))),
			    (void *)addr);
	free_page(addr);
	mm_layout_expect_clean(test, MM_LAYOUT_CHECK_HOOKS);
}

/* GFP_ATOMIC does not sleep, so a spinlock may be held. */
static void atomic_under_lock(struct kunit *test)
{
	unsigned long flags;
	struct page *page;
	/* Protects nothing: what is held is the point. */
	spinlock_t lock;

	spin_lock_init(&lock);
	spin_lock_irqsave(&lock, flags);
	page = alloc_page(GFP_ATOMIC);
	spin_unlock_irqrestore(&lock, flags);
	KUNIT_ASSERT_NOT_NULL(test, page);
	check_block(test, page, 0, ZONE_NORMAL);
	__free_page(page);
	mm_layout_expect_clean(test, MM_LAYOUT_CHECK_HOOKS);
}

#define NR_BULK	16

static void bulk(struct kunit *test)
{
	struct page *pages[NR_BULK] = { };
	unsigned long i, nr;

	nr = alloc_pages_bulk(GFP_KERNEL, NR_BULK, pages);
	KUNIT_EXPECT_GT(test, nr, 0UL);
	for (i = 0; i < nr; i++) {
		check_block(test, pages[i], 0, ZONE_NORMAL);
		__free_page(pages[i]);
	}
	mm_layout_expect_clean(test, MM_LAYOUT_CHECK_HOOKS);
}

static void no_lock(struct kunit *test)
{
	struct page *page = NULL;
	int i;

	/* Gives up if somebody else has the lock. */
	for (i = 0; i < 100 && !page; i++)
		page = alloc_pages_nolock(0, NUMA_NO_NODE, 0);
	KUNIT_ASSERT_NOT_NULL(test, page);
	check_block(test, page, 0, ZONE_NORMAL);
	free_pages_nolock(page, 0);
	mm_layout_expect_clean(test, MM_LAYOUT_CHECK_HOOKS);
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

/* What the hook says if the allocator takes a page from too high a zone. */
static void wrong_zone(struct kunit *test)
{
	struct page *page = test_page(test);
	enum zone_type zone = page_zonenum(page);
	unsigned long pfn = page_to_pfn(page);
	char text[120];

	set_page_zone(page, ZONE_MOVABLE);
	mm_layout_page_alloc(page, 0, GFP_KERNEL);
	set_page_zone(page, zone);
	scnprintf(text, sizeof(text),
		  "BUG: mm_layout: alloc-zone: pfn %#lx-%#lx was handed out, which is in zone %u, ",
		  pfn, pfn, (unsigned int)ZONE_MOVABLE);
	mm_layout_expect_told(test, text);
}

/* The second half of a block is no block of the whole size. */
static void wrong_block(struct kunit *test)
{
	struct page *page = alloc_pages(GFP_KERNEL, 1);
	unsigned long pfn;
	char text[120];

	KUNIT_ASSERT_NOT_NULL(test, page);
	pfn = page_to_pfn(page);
	mm_layout_page_alloc(page + 1, 1, GFP_KERNEL);
	__free_pages(page, 1);
	scnprintf(text, sizeof(text),
		  "BUG: mm_layout: alloc-block: pfn %#lx-%#lx was handed out as a block of order 1",
		  pfn + 1, pfn + 2);
	mm_layout_expect_told(test, text);
}

static struct page *irq_page;

static void hook_in_irq(struct irq_work *work)
{
	mm_layout_page_alloc(irq_page, 1, GFP_ATOMIC);
}

static DEFINE_IRQ_WORK(hook_irq_work, hook_in_irq);

/* The same from an interrupt, where nothing may wait. */
static void wrong_block_in_irq(struct kunit *test)
{
	struct page *page = alloc_pages(GFP_KERNEL, 1);

	KUNIT_ASSERT_NOT_NULL(test, page);
	irq_page = page + 1;
	irq_work_queue(&hook_irq_work);
	irq_work_sync(&hook_irq_work);
	__free_pages(page, 1);
	mm_layout_expect_told(test, "BUG: mm_layout: alloc-block: pfn ");
}

/* An allocation that goes wrong often is told of a few times, and counted. */
static void counted(struct kunit *test)
{
	struct page *page = alloc_pages(GFP_KERNEL, 1);
	int i;

	KUNIT_ASSERT_NOT_NULL(test, page);
	for (i = 0; i < 1000; i++)
		mm_layout_page_alloc(page + 1, 1, GFP_KERNEL);
	__free_pages(page, 1);
	mm_layout_hooks_flush();
	KUNIT_EXPECT_EQ(test, mm_layout_scan("", MM_LAYOUT_CHECK_HOOKS), 1000UL);
}

static void switched_off(struct kunit *test)
{
	struct page *page = test_page(test);

	mm_layout_hooks_set(false);
	mm_layout_page_alloc(page, MAX_PAGE_ORDER + 1, GFP_KERNEL);
	mm_layout_hooks_flush();
	KUNIT_EXPECT_EQ(test, mm_layout_scan("", MM_LAYOUT_CHECK_HOOKS), 0UL);
	KUNIT_EXPECT_TRUE(test,
			  mm_layout_console_saw("mm_layout: scan passed: 0 invariants"));
}

/* No memory is nothing to look at. */
static void no_memory(struct kunit *test)
{
	mm_layout_page_alloc(NULL, 0, GFP_KERNEL);
	mm_layout_hooks_flush();
	KUNIT_EXPECT_EQ(test, mm_layout_scan("", MM_LAYOUT_CHECK_HOOKS), 0UL);
}

#ifdef CONFIG_ZONE_DMA

static void dma(struct kunit *test)
{
	struct page *page = alloc_page(GFP_KERNEL | GFP_DMA);

	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_EXPECT_EQ(test, page_zonenum(page), ZONE_DMA);
	__free_page(page);
	mm_layout_expect_clean(test, MM_LAYOUT_CHECK_HOOKS);
}

/*
 * ZONE_DMA is small: without waiting for memory to be freed, a caller soon gets
 * none, and never a page from elsewhere.
 */
static void dma_exhausted(struct kunit *test)
{
	gfp_t gfp = GFP_NOWAIT | GFP_DMA | __GFP_NOWARN;
	unsigned long nr = 0, max = 0;
	struct page *page, *next;
	struct zone *zone;
	LIST_HEAD(pages);

	for_each_populated_zone(zone)
		if (zone_idx(zone) == ZONE_DMA)
			max += zone_managed_pages(zone);
	while (nr <= max && (page = alloc_page(gfp))) {
		KUNIT_EXPECT_EQ(test, page_zonenum(page), ZONE_DMA);
		list_add(&page->lru, &pages);
		nr++;
	}
	KUNIT_EXPECT_LE(test, nr, max);
	list_for_each_entry_safe(page, next, &pages, lru) {
		list_del(&page->lru);
		__free_page(page);
	}
	mm_layout_expect_clean(test, MM_LAYOUT_CHECK_HOOKS);
}

static void dma_wrong(struct kunit *test)
{
	struct page *page = test_page(test);

	if (page_zonenum(page) == ZONE_DMA)
		kunit_skip(test, "memory is that of ZONE_DMA");
	mm_layout_page_alloc(page, 0, GFP_KERNEL | GFP_DMA);
	mm_layout_expect_told(test, ", but the gfp mask allows zone 0 at most");
}

#endif /* CONFIG_ZONE_DMA */

static struct kunit_case live_alloc_cases[] = {
	KUNIT_CASE(every_order),
	KUNIT_CASE(freed_again),
	KUNIT_CASE(gfp_zones),
	KUNIT_CASE(atomic_under_lock),
	KUNIT_CASE(bulk),
	KUNIT_CASE(no_lock),
	KUNIT_CASE(wrong_zone),
	KUNIT_CASE(wrong_block),
	KUNIT_CASE(wrong_block_in_irq),
	KUNIT_CASE(counted),
	KUNIT_CASE(switched_off),
	KUNIT_CASE(no_memory),
#ifdef CONFIG_ZONE_DMA
	KUNIT_CASE(dma),
	KUNIT_CASE(dma_exhausted),
	KUNIT_CASE(dma_wrong),
#endif
	{}
};

static struct kunit_suite live_alloc_suite = {
	.name = "mm_layout_live_alloc",
	.suite_init = mm_layout_console_init,
	.suite_exit = mm_layout_console_exit,
	.init = mm_layout_hooks_init,
	.exit = mm_layout_hooks_exit,
	.test_cases = live_alloc_cases,
};

kunit_test_suite(live_alloc_suite);
