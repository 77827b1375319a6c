// SPDX-License-Identifier: GPL-2.0
/*
 * Reads protections of all kernel addresses, and the cache modes of lowmem: in the linear
 * map, at a second address in the vmalloc range, and as they are reserved.
 */
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/pgtable.h>
#include <linux/sched.h>

#include <asm/mm_layout_debug.h>

#include "../layout.h"

/* So many entries are read while the lock is held. */
#define CHUNK	64

/* CPA frees page tables under the write lock, ioremap() under the read lock. */
static void walk_range(unsigned long start, unsigned long end, mm_layout_entry_fn fn,
		       void *arg)
{
	while (start != end) {
		mmap_write_lock(&init_mm);
		start = mm_layout_walk_entries(start, end, CHUNK, fn, arg);
		mmap_write_unlock(&init_mm);
		cond_resched();
	}
}

/* === Protections === */

struct prot_walk {
	struct mm_layout_result *res;
	unsigned int flags_mask;
	struct mm_layout_prot run;
	bool open;
};

static void prot_close(struct prot_walk *w)
{
	if (w->open)
		mm_layout_rules_prot(&w->run, w->res);
	w->open = false;
}

static void prot_entry(const struct mm_layout_entry *e, void *arg)
{
	const unsigned int wx = MM_LAYOUT_PTE_PRESENT | MM_LAYOUT_PTE_RW |
				MM_LAYOUT_PTE_EXEC;
	struct prot_walk *w = arg;
	unsigned int flags = e->flags & w->flags_mask;
	bool firmware = (flags & wx) == wx && mm_layout_wx_ok(e->start, e->pfn);

	if (w->open && w->run.flags == flags && w->run.firmware == firmware) {
		w->run.end = e->end;
		return;
	}
	prot_close(w);
	w->run = (struct mm_layout_prot) {
		.start = e->start,
		.end = e->end,
		.flags = flags,
		.firmware = firmware,
	};
	w->open = true;
}

/*
 * The levels above have all rights on x86. Without NX there is nothing to see where other
 * checks look at all else: in the linear map and in the vmalloc range.
 */
static void check_protections(const struct mm_layout_bounds *b,
			      struct mm_layout_result *res)
{
	struct prot_walk w = {
		.res = res,
		.flags_mask = ~MM_LAYOUT_PTE_GLOBAL & ~MM_LAYOUT_PTE_SOFT,
	};

	if (!(__supported_pte_mask & _PAGE_NX))
		mm_layout_skip(res, MM_LAYOUT_PROT_WX,
			       "the CPU has no NX, or it is not used");
	walk_range(_PAGE_NX ? b->page_offset : b->vmalloc_end, 0, prot_entry, &w);
	prot_close(&w);
}

/* === Cache modes === */

struct cache_walk {
	struct mm_layout_result *res;
	const struct mm_layout_bounds *bounds;
};

static bool is_ram(unsigned long pfn, const struct mm_layout_bounds *b)
{
	return pfn < b->max_low_pfn && pfn_valid(pfn) &&
	       !mm_layout_page_reserved(pfn_to_page(pfn));
}

static void check_alias(const struct mm_layout_entry *e, unsigned long i,
			const struct cache_walk *w)
{
	struct mm_layout_cached c = {
		.start = e->start + (i << PAGE_SHIFT),
		.end = e->start + ((i + 1) << PAGE_SHIFT),
		.pfn = e->pfn + i,
		.cache = e->cache,
		.cache_name = mm_layout_arch_cache_name(e->cache),
	};
	struct mm_layout_entry linear;

	mm_layout_read_entry(w->bounds->page_offset + (c.pfn << PAGE_SHIFT), &linear);
	if (!(linear.flags & MM_LAYOUT_PTE_PRESENT))
		return;
	c.other = linear.cache;
	c.other_name = mm_layout_arch_cache_name(linear.cache);
	mm_layout_rules_alias(&c, w->res);
}

static void alias_entry(const struct mm_layout_entry *e, void *arg)
{
	unsigned long i, nr = (e->end - e->start) >> PAGE_SHIFT;
	const struct cache_walk *w = arg;

	if (!(e->flags & MM_LAYOUT_PTE_PRESENT))
		return;
	for (i = 0; i < nr; i++)
		if (is_ram(e->pfn + i, w->bounds))
			check_alias(e, i, w);
}

static bool is_free(const struct page *page)
{
	return mm_layout_page_state((struct page *)page) == MM_LAYOUT_PAGE_FREE;
}

/* An entry of the linear map that leads beyond RAM has been reported as a wrong frame. */
static bool has_pages(const struct mm_layout_entry *e)
{
	unsigned long pfn, end = e->pfn + ((e->end - e->start) >> PAGE_SHIFT);

	for (pfn = e->pfn; pfn != end; pfn++)
		if (!pfn_valid(pfn))
			return false;
	return true;
}

/* Runs of pages that are alike, most often all of a large page. */
static void ram_entry(const struct mm_layout_entry *e, void *arg)
{
	unsigned long i, nr = (e->end - e->start) >> PAGE_SHIFT;
	const struct cache_walk *w = arg;
	struct mm_layout_cached c = {
		.start = e->start,
		.pfn = e->pfn,
		.cache = e->cache,
		.cache_name = mm_layout_arch_cache_name(e->cache),
	};

	if (!(e->flags & MM_LAYOUT_PTE_PRESENT) || !has_pages(e))
		return;
	for (i = 0; i < nr; i++) {
		struct page *page = pfn_to_page(e->pfn + i);
		unsigned int reserved = mm_layout_page_cache(page);
		/* Of what is cached as RAM is, it does not matter. */
		bool free = e->cache && is_free(page);

		if (i && reserved == c.other && free == c.free)
			continue;
		c.end = e->start + (i << PAGE_SHIFT);
		if (i)
			mm_layout_rules_ram_cache(&c, w->res);
		c.start = c.end;
		c.pfn = e->pfn + i;
		c.other = reserved;
		c.other_name = mm_layout_arch_cache_name(reserved);
		c.free = free;
	}
	c.end = e->end;
	mm_layout_rules_ram_cache(&c, w->res);
}

static void walk_ram(unsigned long start_pfn, unsigned long end_pfn, bool ram,
		     void *arg)
{
	const struct cache_walk *w = arg;

	if (ram)
		walk_range(w->bounds->page_offset + (start_pfn << PAGE_SHIFT),
			   w->bounds->page_offset + (end_pfn << PAGE_SHIFT),
			   ram_entry, arg);
}

static void check_cache(const struct mm_layout_bounds *b,
			struct mm_layout_result *res)
{
	struct cache_walk w = { .res = res, .bounds = b };
	unsigned int unused;

	walk_range(b->vmalloc_start, b->vmalloc_end, alias_entry, &w);
	if (!mm_layout_arch_memtype(0, &unused))
		mm_layout_skip(res, MM_LAYOUT_CACHE_RAM, "cache modes are not reserved");
	else
		mm_layout_walk_ram(mm_layout_low_pfn(), b->max_low_pfn, walk_ram, &w);
}

/**
 * mm_layout_check_prot - check protections and cache modes
 * @res: where violations go
 *
 * Context: process, sleeps. Takes init_mm's mmap_lock for writing, for a few entries at
 * a time.
 */
void mm_layout_check_prot(struct mm_layout_result *res)
{
	struct mm_layout_bounds b;

	mm_layout_arch_bounds(&b);
	check_protections(&b, res);
	check_cache(&b, res);
}
