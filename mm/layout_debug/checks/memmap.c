// SPDX-License-Identifier: GPL-2.0
/*
 * Reads struct pages.
 *
 * Pages that are alike make one fact. The loop over them is the most expensive
 * part of a scan: it compares one word of flags and, where it matters, the type.
 */
#include <linux/highmem.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/page-flags.h>
#include <linux/sched.h>

#include "../layout.h"

/*
 * What makes pages differ: their links, and whether they are reserved. The bits
 * of other flags take up what the type of the page says.
 */
#define KEY_FLAGS							\
	((ZONES_MASK << ZONES_PGSHIFT) | (NODES_MASK << NODES_PGSHIFT) | \
	 BIT(PG_reserved))
#define KEY_KERNEL	BIT(PG_locked)
#define KEY_FREE	BIT(PG_referenced)

static_assert(!(KEY_FLAGS & (KEY_KERNEL | KEY_FREE)));

/* Types are negative; this is below all of them. */
#define NO_TYPE		INT_MIN

struct memmap_walk {
	struct mm_layout_result *res;
	struct mm_layout_bounds bounds;
	struct mm_layout_zone zone;
	bool ram_known;
	/* The run that grows; its end is set when it is handed out. */
	struct mm_layout_pages run;
	unsigned long key;
	bool open;
};

static unsigned long type_key(int type)
{
	switch ((unsigned int)type >> 24) {
	case PGTY_slab:
	case PGTY_table:
	case PGTY_large_kmalloc:
		return KEY_KERNEL;
	case PGTY_buddy:
		return KEY_FREE;
	default:
		return 0;
	}
}

/* @typed: types below it matter; page_type_has_type() has the meaning. */
static __always_inline unsigned long page_key(const struct page *page, int typed)
{
	unsigned long key = READ_ONCE(page->flags.f) & KEY_FLAGS;
	int type = READ_ONCE(page->page_type);

	if (unlikely(type < typed))
		key |= type_key(type);
	return key;
}

static void run_close(struct memmap_walk *w, unsigned long pfn)
{
	if (!w->open)
		return;
	w->run.end_pfn = pfn;
	if (w->run.ram && w->run.reserved)
		w->zone.reserved += pfn - w->run.start_pfn;
	mm_layout_rules_pages(&w->run, &w->zone, &w->bounds, w->res);
	w->open = false;
}

static void run_open(struct memmap_walk *w, unsigned long pfn,
		     unsigned long key, bool cma)
{
	w->run.start_pfn = pfn;
	w->run.zone = (key >> ZONES_PGSHIFT) & ZONES_MASK;
	w->run.nid = NODES_WIDTH ? (key >> NODES_PGSHIFT) & NODES_MASK :
				   page_to_nid(pfn_to_page(pfn));
	w->run.highmem = is_highmem_idx(w->run.zone);
	w->run.reserved = key & BIT(PG_reserved);
	w->run.kernel = key & KEY_KERNEL;
	/* Free pages make no difference where there is RAM. */
	w->run.free = !w->run.ram && (key & KEY_FREE);
	w->run.cma = cma && w->run.kernel;
	w->key = key;
	w->open = true;
}

static void walk_block(struct memmap_walk *w, unsigned long pfn,
		       unsigned long end_pfn)
{
	const struct page *page = pfn_to_page(pfn);
	bool cma = IS_ENABLED(CONFIG_CMA) &&
		   is_migrate_cma(get_pageblock_migratetype(page));
	bool typed = !w->run.ram || w->zone.highmem || w->zone.movable || cma;
	int type_limit = typed ? (int)(PGTY_mapcount_underflow << 24) : NO_TYPE;
	/* Free pages do not end a run of RAM. */
	unsigned long mask = w->run.ram ? ~KEY_FREE : ~0UL;

	for (; pfn < end_pfn; pfn++, page++) {
		unsigned long key = page_key(page, type_limit) & mask;

		if (likely(w->open && key == w->key))
			continue;
		run_close(w, pfn);
		run_open(w, pfn, key, cma);
	}
}

static void check_place(struct memmap_walk *w, unsigned long pfn)
{
	const struct page *page = pfn_to_page(pfn);
	struct mm_layout_memmap m = {
		.pfn = pfn,
		.back_pfn = page_to_pfn(page),
		.in_linear = !IS_ENABLED(CONFIG_SPARSEMEM_VMEMMAP) &&
			     w->bounds.max_low_pfn,
		.max_low_pfn = w->bounds.max_low_pfn,
	};

	if (m.in_linear) {
		m.map_pfn = PHYS_PFN(__pa(page));
		m.map_reserved = pfn_valid(m.map_pfn) &&
				 PageReserved(pfn_to_page(m.map_pfn));
	}
	mm_layout_rules_memmap(&m, w->res);
}

#ifdef CONFIG_HIGHMEM
/*
 * page_address() searches a hash under a lock, so one page of a pageblock has
 * to do. Reads the address of a page that may be unmapped meanwhile.
 */
static void check_address(struct memmap_walk *w, unsigned long pfn)
{
	struct mm_layout_address a = {
		.pfn = pfn,
		.address = (unsigned long)page_address(pfn_to_page(pfn)),
		.window_start = PKMAP_ADDR(0),
		.window_end = PKMAP_ADDR(LAST_PKMAP),
	};

	if (w->zone.highmem && w->run.ram)
		mm_layout_rules_address(&a, w->res);
}
#else
static void check_address(struct memmap_walk *w, unsigned long pfn)
{
}
#endif

/* Whether there are struct pages is the same for a whole pageblock. */
static void walk_frames(unsigned long start_pfn, unsigned long end_pfn,
			bool ram, void *arg)
{
	struct memmap_walk *w = arg;
	unsigned long pfn, next;

	w->run.ram = ram || !w->ram_known;
	for (pfn = start_pfn; pfn < end_pfn; pfn = next) {
		next = min(pageblock_end_pfn(pfn), end_pfn);
		if (!pfn_to_online_page(pfn)) {
			run_close(w, pfn);
			continue;
		}
		check_place(w, pfn);
		check_address(w, pfn);
		walk_block(w, pfn, next);
		if (w->ram_known && ram)
			w->zone.ram += next - pfn;
		cond_resched();
	}
	run_close(w, end_pfn);
}

/**
 * mm_layout_check_memmap - check the struct pages in the span of every zone
 * @res: where violations go
 *
 * Context: may sleep. Takes the memory hotplug lock for reading.
 */
void mm_layout_check_memmap(struct mm_layout_result *res)
{
	struct memmap_walk w = { .res = res };
	struct zone *zone;

	mm_layout_arch_bounds(&w.bounds);
	w.ram_known = mm_layout_ram_known();

	get_online_mems();
	for_each_populated_zone(zone) {
		mm_layout_read_zone(zone, &w.zone);
		w.zone.ram = w.ram_known ? 0 : MM_LAYOUT_UNKNOWN;
		mm_layout_walk_ram(w.zone.start_pfn, w.zone.end_pfn,
				   walk_frames, &w);
		mm_layout_rules_zone_pages(&w.zone, res);
	}
	put_online_mems();

	if (!w.ram_known)
		mm_layout_skip(res, MM_LAYOUT_PAGE_RESERVED,
			       "no System RAM in the resource tree");
	if (!w.bounds.max_low_pfn)
		mm_layout_skip(res, MM_LAYOUT_MEMMAP_PLACE,
			       "the architecture does not say where lowmem ends");
	if (!w.bounds.highmem) {
		mm_layout_skip(res, MM_LAYOUT_PAGE_HIGHMEM, "no highmem");
		mm_layout_skip(res, MM_LAYOUT_HIGHMEM_TYPED, "no highmem");
		mm_layout_skip(res, MM_LAYOUT_HIGHMEM_ADDRESS, "no highmem");
	}
}
