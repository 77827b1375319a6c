// SPDX-License-Identifier: GPL-2.0
/*
 * Reads the free lists of the page allocator.
 */
#include <linux/cpumask.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/vmstat.h>

#include "../layout.h"

/*
 * No more struct pages than that are looked at under one lock, with interrupts
 * off. /proc/pagetypeinfo allows itself 100000.
 */
#define LOCK_BATCH	16384

/* Of a larger free block, not all pages are looked at. */
#define WHOLE_PAGES	8
/* These, and one for each power of two. */
#define MAX_LOOKS	(WHOLE_PAGES + NR_PAGE_ORDERS)

static const char too_long[] =
	"a list is longer than may be walked under one lock";

/*
 * A frame inside a free block that is in use or heads a block of its own. After
 * the first pages, only those are tried that a smaller block may start with
 * that was split off this one.
 */
static unsigned long used_inside(struct page *page, unsigned int order)
{
	unsigned long i, next;

	for (i = 1; i < 1UL << order; i = next) {
		struct page *inner = page + i;

		next = i < WHOLE_PAGES ? i + 1 : i * 2;
		if (page_ref_count(inner) || PageCompound(inner) ||
		    mm_layout_page_type(inner))
			return page_to_pfn(inner);
	}
	return 0;
}

/* As buddy_order(), whose header depends on the version. */
static unsigned long block_order(const struct page *page)
{
	return page_private(page);
}

/* The type of a pageblock is looked up in the zone that the page links to. */
static int block_type(const struct page *page,
		      const struct mm_layout_free_block *f,
		      const struct mm_layout_zone *z)
{
	if (f->nid != z->nid || f->zone != z->idx ||
	    f->pfn < z->start_pfn || f->pfn >= z->end_pfn)
		return -1;
	return get_pageblock_migratetype(page);
}

/* Returns false if the entry leads nowhere and the list must not be followed. */
static bool note_free(struct page *page, unsigned int order, int type,
		      const struct mm_layout_zone *z,
		      struct mm_layout_result *res)
{
	struct mm_layout_free_block f = {
		.list_order = order,
		.list_type = type,
	};

	f.valid = mm_layout_page_pfn(page, &f.pfn);
	if (f.valid) {
		f.buddy = PageBuddy(page);
		f.order = block_order(page);
		f.nid = mm_layout_page_nid(page);
		f.zone = page_zonenum(page);
		f.block_type = block_type(page, &f, z);
		if (IS_ALIGNED(f.pfn, 1UL << order) &&
		    f.pfn + (1UL << order) <= z->end_pfn)
			f.used = used_inside(page, order);
	}
	mm_layout_rules_free_block(&f, z, res);
	return f.valid;
}

static void check_free_list(struct zone *zone, unsigned int order, int type,
			    const struct mm_layout_zone *z,
			    struct mm_layout_result *res)
{
	unsigned long looks = min(1UL << order, (unsigned long)MAX_LOOKS);
	unsigned long budget = LOCK_BATCH / looks;
	unsigned long flags;
	struct page *page;

	spin_lock_irqsave(&zone->lock, flags);
	list_for_each_entry(page, &zone->free_area[order].free_list[type],
			    buddy_list) {
		if (!budget--) {
			mm_layout_skip(res, MM_LAYOUT_FREE_BLOCK, too_long);
			break;
		}
		if (!note_free(page, order, type, z, res))
			break;
	}
	spin_unlock_irqrestore(&zone->lock, flags);
}

/*
 * Counts the entries of a list, up to @max. Returns false if it leads nowhere,
 * which check_free_list() need not have seen: it looks at fewer entries.
 */
static bool count_free_list(const struct list_head *list, unsigned long max,
			    unsigned long *walked)
{
	struct page *page;
	unsigned long pfn;

	list_for_each_entry(page, list, buddy_list) {
		if (!mm_layout_page_pfn(page, &pfn))
			return false;
		if (++*walked > max)
			break;
	}
	return true;
}

static void check_free_count(struct zone *zone, unsigned int order,
			     const struct mm_layout_zone *z,
			     struct mm_layout_result *res)
{
	struct free_area *area = &zone->free_area[order];
	struct mm_layout_free_count c = { .order = order };
	bool sound = true;
	unsigned long flags;
	int type;

	spin_lock_irqsave(&zone->lock, flags);
	c.nr_free = area->nr_free;
	for (type = 0; type < MIGRATE_TYPES && sound; type++)
		sound = count_free_list(&area->free_list[type], LOCK_BATCH,
					&c.walked);
	spin_unlock_irqrestore(&zone->lock, flags);

	if (!sound)
		mm_layout_skip(res, MM_LAYOUT_FREE_COUNT,
			       "a list leads to what is no struct page");
	else if (c.walked > LOCK_BATCH)
		mm_layout_skip(res, MM_LAYOUT_FREE_COUNT, too_long);
	else
		mm_layout_rules_free_count(&c, z, res);
}

static void check_free_lists(struct zone *zone, unsigned int order,
			     const struct mm_layout_zone *z,
			     struct mm_layout_result *res)
{
	int type;

	for (type = 0; type < MIGRATE_TYPES; type++)
		check_free_list(zone, order, type, z, res);
	check_free_count(zone, order, z, res);
}

#ifdef CONFIG_MEMORY_ISOLATION
static bool has_isolated(const struct zone *zone)
{
	return zone->nr_isolate_pageblock;
}
#else
static bool has_isolated(const struct zone *zone)
{
	return false;
}
#endif

#ifdef CONFIG_UNACCEPTED_MEMORY
/* Pages in NR_FREE_PAGES that wait on a list of their own. */
static unsigned long unaccepted_pages(struct zone *zone)
{
	return zone_page_state_snapshot(zone, NR_UNACCEPTED);
}
#else
static unsigned long unaccepted_pages(struct zone *zone)
{
	return 0;
}
#endif

/* Both counters change under zone->lock only, see account_freepages(). */
static void check_free_total(struct zone *zone, const struct mm_layout_zone *z,
			     struct mm_layout_result *res)
{
	unsigned long flags, sum = 0, counter;
	unsigned int order;
	bool isolated;

	spin_lock_irqsave(&zone->lock, flags);
	for (order = 0; order < NR_PAGE_ORDERS; order++)
		sum += zone->free_area[order].nr_free << order;
	sum += unaccepted_pages(zone);
	counter = zone_page_state_snapshot(zone, NR_FREE_PAGES);
	isolated = has_isolated(zone);
	spin_unlock_irqrestore(&zone->lock, flags);

	if (isolated)
		mm_layout_skip(res, MM_LAYOUT_FREE_COUNT,
			       "isolated pageblocks are not in NR_FREE_PAGES");
	else
		mm_layout_rules_free_total(sum, counter, z, res);
}

static bool note_pcp(struct page *page, unsigned int cpu,
		     const struct mm_layout_zone *z,
		     struct mm_layout_result *res)
{
	struct mm_layout_pcp_page p = { .cpu = cpu };

	p.valid = mm_layout_page_pfn(page, &p.pfn);
	if (p.valid) {
		p.buddy = PageBuddy(page);
		p.nid = mm_layout_page_nid(page);
		p.zone = page_zonenum(page);
	}
	mm_layout_rules_pcp_page(&p, z, res);
	return p.valid;
}

static void check_pcp_list(struct per_cpu_pages *pcp, unsigned int list,
			   unsigned int cpu, const struct mm_layout_zone *z,
			   struct mm_layout_result *res)
{
	unsigned int budget = LOCK_BATCH;
	struct page *page;

	/* As drain_pages_zone(): allocations from interrupts only try the lock. */
	spin_lock(&pcp->lock);
	list_for_each_entry(page, &pcp->lists[list], pcp_list) {
		if (!budget--) {
			mm_layout_skip(res, MM_LAYOUT_PCP_PAGE, too_long);
			break;
		}
		if (!note_pcp(page, cpu, z, res))
			break;
	}
	spin_unlock(&pcp->lock);
}

static void check_pcp(struct zone *zone, const struct mm_layout_zone *z,
		      struct mm_layout_result *res)
{
	unsigned int cpu, list;

	for_each_possible_cpu(cpu) {
		struct per_cpu_pages *pcp;

		pcp = per_cpu_ptr(zone->per_cpu_pageset, cpu);
		for (list = 0; list < NR_PCP_LISTS; list++)
			check_pcp_list(pcp, list, cpu, z, res);
	}
}

/*
 * The free block that holds @pfn, if any: its first page is one of the frames
 * that @pfn is rounded down to. Context: zone->lock held.
 */
static bool free_block_of(unsigned long pfn, struct mm_layout_block *blk)
{
	unsigned int order;

	for (order = 0; order < NR_PAGE_ORDERS; order++) {
		unsigned long start = ALIGN_DOWN(pfn, 1UL << order);
		struct page *page = pfn_to_online_page(start);

		if (!page || !PageBuddy(page))
			continue;
		blk->start_pfn = start;
		blk->end_pfn = start + (1UL << min_t(unsigned long,
						     block_order(page),
						     MAX_PAGE_ORDER));
		if (pfn < blk->end_pfn)
			return true;
	}
	return false;
}

static void folio_of(unsigned long pfn, struct mm_layout_block *blk)
{
	struct page *page = pfn_to_page(pfn);
	struct page *head = compound_head(page);

	blk->start_pfn = page_to_pfn(head);
	blk->end_pfn = blk->start_pfn + compound_nr(head);
	/* The folio went away meanwhile. */
	if (pfn < blk->start_pfn || pfn >= blk->end_pfn) {
		blk->start_pfn = pfn;
		blk->end_pfn = pfn + 1;
	}
}

/* Looks at what holds the last page of the zone. */
static void check_border(struct zone *zone, const struct mm_layout_zone *z,
			 struct mm_layout_result *res)
{
	struct mm_layout_block blk = { .border_pfn = z->end_pfn };
	unsigned long pfn = z->end_pfn - 1;
	unsigned long flags;

	if (!pfn_to_online_page(pfn))
		return;
	spin_lock_irqsave(&zone->lock, flags);
	blk.free = free_block_of(pfn, &blk);
	if (!blk.free)
		folio_of(pfn, &blk);
	spin_unlock_irqrestore(&zone->lock, flags);
	mm_layout_rules_block(&blk, res);
}

/**
 * mm_layout_check_buddy - check the free lists of every zone
 * @res: where violations go
 *
 * Context: may sleep. Takes the memory hotplug lock for reading; each zone's
 * lock with interrupts off and each per-CPU list's lock, for %LOCK_BATCH
 * struct pages at most.
 */
void mm_layout_check_buddy(struct mm_layout_result *res)
{
	struct mm_layout_zone z;
	struct zone *zone;
	unsigned int order;

	get_online_mems();
	for_each_populated_zone(zone) {
		mm_layout_read_zone(zone, &z);
		for (order = 0; order < NR_PAGE_ORDERS; order++) {
			check_free_lists(zone, order, &z, res);
			cond_resched();
		}
		check_free_total(zone, &z, res);
		check_pcp(zone, &z, res);
		check_border(zone, &z, res);
	}
	put_online_mems();
}
