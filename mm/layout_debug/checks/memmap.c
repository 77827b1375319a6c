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
#define KEY_HIGHPTE	BIT(PG_uptodate)

static_assert(!(KEY_FLAGS & (KEY_KERNEL | KEY_FREE | KEY_HIGHPTE)));

struct memmap_walk {
	struct mm_layout_result *res;
	struct mm_layout_bounds bounds;
	struct mm_layout_zone zone;
	bool highmem;
	bool hot_added;
	/* The run that grows; its end is set when it is handed out. */
	struct mm_layout_pages run;
	unsigned long key;
	bool open;
};

/* The types that matter here. */
static unsigned long type_key(const struct page *page)
{
	switch (mm_layout_page_type(page)) {
	case MM_LAYOUT_TYPE_SLAB:
	case MM_LAYOUT_TYPE_LARGE_KMALLOC:
		return KEY_KERNEL;
	case MM_LAYOUT_TYPE_TABLE:
		/* Those of user space may be in highmem, see pte_alloc_one(). */
		return IS_ENABLED(CONFIG_HIGHPTE) ? KEY_HIGHPTE : KEY_KERNEL;
	case MM_LAYOUT_TYPE_FREE:
		return KEY_FREE;
	default:
		return 0;
	}
}

static unsigned long flags_key(const struct page *page)
{
	return mm_layout_page_flags(page) & KEY_FLAGS;
}

/*
 * The loops over all pages. They return the first page that is not like @key,
 * or that has a type.
 */
static const struct page *skip_untyped(const struct page *page,
				       const struct page *end,
				       unsigned long key)
{
	for (; page < end; page++)
		if (flags_key(page) != key || mm_layout_page_type(page))
			break;
	return page;
}

/* The same where types do not matter. */
static const struct page *skip_alike(const struct page *page,
				     const struct page *end, unsigned long key)
{
	for (; page < end; page++)
		if (flags_key(page) != key)
			break;
	return page;
}

static void run_count(struct memmap_walk *w, unsigned long nr)
{
	if (!w->run.ram || w->hot_added)
		return;
	/* What other zones have in the span is theirs to count. */
	if (w->zone.overlap_ok && !mm_layout_links_to(&w->run, &w->zone))
		return;
	w->zone.ram += nr;
	if (w->run.reserved)
		w->zone.reserved += nr;
}

static void run_close(struct memmap_walk *w, unsigned long pfn)
{
	if (!w->open)
		return;
	w->run.end_pfn = pfn;
	run_count(w, pfn - w->run.start_pfn);
	mm_layout_rules_pages(&w->run, &w->zone, &w->bounds, w->res);
	w->open = false;
}

static void run_open(struct memmap_walk *w, unsigned long pfn,
		     unsigned long key, bool cma)
{
	w->run.start_pfn = pfn;
	w->run.zone = (key >> ZONES_PGSHIFT) & ZONES_MASK;
	w->run.nid = mm_layout_page_nid(pfn_to_page(pfn));
	w->run.highmem = is_highmem_idx(w->run.zone);
	w->run.reserved = key & BIT(PG_reserved);
	w->run.kernel = key & KEY_KERNEL;
	w->run.free = key & KEY_FREE;
	w->run.highpte = key & KEY_HIGHPTE;
	w->run.cma = cma && (w->run.kernel || w->run.highpte);
	w->key = key;
	w->open = true;
}

/* The type of a pageblock is looked up in the zone that the page links to. */
static bool in_cma(const struct memmap_walk *w, const struct page *page)
{
	return IS_ENABLED(CONFIG_CMA) &&
	       page_zonenum(page) == w->zone.idx &&
	       mm_layout_page_nid(page) == w->zone.nid &&
	       is_migrate_cma(get_pageblock_migratetype(page));
}

static void walk_block(struct memmap_walk *w, unsigned long pfn,
		       unsigned long end_pfn)
{
	const struct page *first = pfn_to_page(pfn), *page = first;
	const struct page *end = first + (end_pfn - pfn);
	bool cma = in_cma(w, first);
	bool typed = !w->run.ram || w->zone.highmem || w->zone.movable || cma;
	/* Free pages do not end a run of RAM. */
	unsigned long mask = w->run.ram ? ~KEY_FREE : ~0UL;

	while (page < end) {
		unsigned long key = flags_key(page);

		if (typed)
			key |= type_key(page) & mask;
		if (!w->open || key != w->key) {
			run_close(w, pfn + (page - first));
			run_open(w, pfn + (page - first), key, cma);
		}
		page++;
		key &= KEY_FLAGS;
		if (!typed)
			page = skip_alike(page, end, key);
		else if (key == w->key)
			page = skip_untyped(page, end, key);
	}
}

static void check_place(struct memmap_walk *w, unsigned long pfn)
{
	const struct page *page = pfn_to_page(pfn);
	struct mm_layout_memmap m = {
		.pfn = pfn,
		/* Elsewhere it is arithmetic. */
		.looked_up = IS_ENABLED(CONFIG_SPARSEMEM) &&
			     !IS_ENABLED(CONFIG_SPARSEMEM_VMEMMAP),
		.in_linear = !IS_ENABLED(CONFIG_SPARSEMEM_VMEMMAP) &&
			     w->bounds.max_low_pfn,
		.max_low_pfn = w->bounds.max_low_pfn,
	};

	mm_layout_page_pfn(page, &m.back_pfn);
	if (m.in_linear) {
		/* Not __pa(), which is fatal outside lowmem with DEBUG_VIRTUAL. */
		m.map_pfn = w->bounds.first_pfn +
			    PHYS_PFN((unsigned long)page - w->bounds.page_offset);
		m.map_reserved = m.map_pfn < m.max_low_pfn &&
				 pfn_valid(m.map_pfn) &&
				 mm_layout_page_reserved(pfn_to_page(m.map_pfn));
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

#ifdef CONFIG_MEMORY_HOTPLUG
/* There are struct pages for @pfn. */
static bool added_after_boot(unsigned long pfn)
{
	return !early_section(__pfn_to_section(pfn));
}
#else
static bool added_after_boot(unsigned long pfn)
{
	return false;
}
#endif

static void note_absent(struct memmap_walk *w, unsigned long start_pfn,
			unsigned long end_pfn)
{
	const struct mm_layout_pages absent = {
		.start_pfn = start_pfn,
		.end_pfn = end_pfn,
		.absent = true,
	};

	mm_layout_rules_pages(&absent, &w->zone, &w->bounds, w->res);
}

/*
 * The first frame of what is left of a pageblock stands for all of it. A section
 * that has struct pages has them for all of its frames, so the walk does not
 * leave them, and it is either of boot or was added later.
 */
static void walk_frames(unsigned long start_pfn, unsigned long end_pfn,
			bool ram, void *arg)
{
	struct memmap_walk *w = arg;
	unsigned long pfn, next;

	for (pfn = start_pfn; pfn < end_pfn; pfn = next) {
		next = min(pageblock_end_pfn(pfn), end_pfn);
		if (!pfn_to_online_page(pfn)) {
			run_close(w, pfn);
			note_absent(w, pfn, next);
			continue;
		}
		if (added_after_boot(pfn) != w->hot_added)
			run_close(w, pfn);
		w->hot_added = added_after_boot(pfn);
		w->run.ram = ram || w->hot_added;
		check_place(w, pfn);
		check_address(w, pfn);
		walk_block(w, pfn, next);
		cond_resched();
	}
	run_close(w, end_pfn);
}

static void count_offline(unsigned long start_pfn, unsigned long end_pfn,
			  bool ram, void *arg)
{
	struct mm_layout_zone *z = arg;
	unsigned long pfn;

	for (pfn = start_pfn; ram && pfn < end_pfn; pfn++) {
		struct page *page = pfn_to_online_page(pfn);

		if (page && PageOffline(page))
			z->offline++;
		cond_resched();
	}
}

static void check_zone_pages(struct memmap_walk *w)
{
	struct mm_layout_zone *z = &w->zone;

	z->ram = 0;
	mm_layout_walk_ram(z->start_pfn, z->end_pfn, walk_frames, w);
	/* A balloon is rare, and to look for one is not free. */
	if (z->managed + z->reserved < z->present)
		mm_layout_walk_ram(z->start_pfn, z->end_pfn, count_offline, z);
	mm_layout_rules_zone_pages(z, w->res);
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

	if (!mm_layout_ram_known()) {
		mm_layout_skip_check(res, MM_LAYOUT_CHECK_MEMMAP,
				     "RAM cannot be told from holes");
		return;
	}
	mm_layout_arch_bounds(&w.bounds);

	get_online_mems();
	for_each_populated_zone(zone) {
		mm_layout_read_zone(zone, &w.zone);
		w.highmem |= w.zone.highmem;
		check_zone_pages(&w);
	}
	put_online_mems();

	if (!IS_ENABLED(CONFIG_SPARSEMEM) ||
	    IS_ENABLED(CONFIG_SPARSEMEM_VMEMMAP))
		mm_layout_skip(res, MM_LAYOUT_MEMMAP_ROUNDTRIP,
			       "page_to_pfn() does not look anything up");
	if (!w.bounds.max_low_pfn)
		mm_layout_skip(res, MM_LAYOUT_MEMMAP_PLACE,
			       "the architecture does not say where lowmem ends");
	if (!w.bounds.highmem)
		mm_layout_skip(res, MM_LAYOUT_PAGE_HIGHMEM,
			       "no highmem, or the architecture does not say where it starts");
	if (!w.highmem) {
		mm_layout_skip(res, MM_LAYOUT_HIGHMEM_TYPED, "no highmem");
		mm_layout_skip(res, MM_LAYOUT_HIGHMEM_ADDRESS, "no highmem");
	}
}
