// SPDX-License-Identifier: GPL-2.0
/*
 * Reads the vmalloc range: busy areas against their page-table entries and their
 * pages, and all that is in no area.
 *
 * An area is in the tree before it is mapped, and leaves it before it is unmapped.
 * Both look wrong for a moment. A piece of the range that is on the way from one
 * tree to another is in none of them.
 */
#include <linux/bitmap.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/pgtable.h>
#include <linux/sched.h>
#include <linux/sched/clock.h>
#include <linux/seq_file.h>
#include <linux/vmalloc.h>

#include "../layout.h"

#ifdef CONFIG_MM_LAYOUT_LINEAR
#include <asm/mm_layout_debug.h>
#endif

/* So many entries are read while a lock is held. */
#define CHUNK	64

/* === Runs of entries === */

struct run_walk {
	struct mm_layout_result *res;
	void (*done)(const struct mm_layout_mapping *m, struct mm_layout_result *res);
	enum mm_layout_place place;
	/* What the walk of an area knows of it. */
	const struct mm_layout_area *area;
	struct page *const *pages;
	/* Pages that are in use in a vmap block. */
	const unsigned long *used_map;
	struct mm_layout_mapping run;
	bool open;
};

static void run_close(struct run_walk *w)
{
	if (w->open)
		w->done(&w->run, w->res);
	w->open = false;
}

/* What would be wrong for a page whose owner is not known: it has none. */
static enum mm_layout_page_state mapped_state(unsigned long pfn)
{
	struct page *page;

	if (!pfn_valid(pfn))
		return MM_LAYOUT_PAGE_NONE;
	page = pfn_to_page(pfn);
	return !page_ref_count(page) && is_free_buddy_page(page) ?
		MM_LAYOUT_PAGE_FREE : MM_LAYOUT_PAGE_ANY;
}

static enum mm_layout_page_state owned_state(unsigned long pfn)
{
	return pfn_valid(pfn) ? mm_layout_page_state(pfn_to_page(pfn)) :
				MM_LAYOUT_PAGE_NONE;
}

static void read_recorded(const struct run_walk *w, unsigned long addr,
			  struct mm_layout_mapping *m)
{
	unsigned long offset = addr - w->area->start;

	if (w->place == MM_LAYOUT_PLACE_PAGES) {
		struct page *page = w->pages[offset >> PAGE_SHIFT];

		/* What is no struct page is no frame either. */
		if (!mm_layout_page_pfn(page, &m->recorded))
			m->recorded = 0;
		m->state = owned_state(m->pfn);
		return;
	}
	if (w->place == MM_LAYOUT_PLACE_PHYS)
		m->recorded = PHYS_PFN(w->area->phys + offset);
	m->state = mapped_state(m->pfn);
}

static void read_mapping(const struct run_walk *w, const struct mm_layout_entry *e,
			 struct mm_layout_mapping *m)
{
	*m = mm_layout_entry_mapping(e, w->place);
	if (w->used_map) {
		unsigned long i = (e->start - w->area->start) >> PAGE_SHIFT;

		m->place = test_bit(i, w->used_map) ? MM_LAYOUT_PLACE_ANY :
						      MM_LAYOUT_PLACE_BLOCK;
	}
	if (w->area)
		read_recorded(w, e->start, m);
	if (e->flags & MM_LAYOUT_PTE_NONE)
		m->state = MM_LAYOUT_PAGE_ANY;
}

/* Does @m go on where @run ends, so that what is true of one is true of both? */
static bool alike(const struct mm_layout_mapping *run,
		  const struct mm_layout_mapping *m)
{
	if (run->end != m->start || run->leaf != m->leaf ||
	    run->flags != m->flags || run->place != m->place ||
	    run->state != m->state || run->cache != m->cache)
		return false;
	/* Pages that are not recorded are scattered, and nothing is said of them. */
	return m->recorded == MM_LAYOUT_UNKNOWN ?
		run->recorded == MM_LAYOUT_UNKNOWN :
		run->pfn - run->recorded == m->pfn - m->recorded;
}

static void run_entry(const struct mm_layout_entry *e, void *arg)
{
	struct run_walk *w = arg;
	struct mm_layout_mapping m;

	read_mapping(w, e, &m);
	if (w->open && alike(&w->run, &m)) {
		w->run.end = m.end;
		return;
	}
	run_close(w);
	w->run = m;
	w->open = true;
}

/* === Areas === */

struct area_walk {
	const struct mm_layout_area_visit *visit;
	struct mm_layout_result *res;
	/* How far the walk has come, and the area that it is in. */
	unsigned long pos;
	unsigned long area_start;
	/* How long the lock was held at most, in ns. */
	u64 longest;
};

/* The part of an area up to @end, at most @max entries of it. */
static unsigned long walk_part(struct area_walk *w, unsigned long end,
			       unsigned int max, enum mm_layout_place place,
			       const struct mm_layout_area *a,
			       struct page *const *pages,
			       const unsigned long *used_map)
{
	struct run_walk rw = {
		.res = w->res,
		.done = w->visit->run,
		.place = place,
		.area = a,
		.pages = pages,
		.used_map = used_map,
	};
	unsigned long pos;

	pos = mm_layout_walk_entries(w->pos, end, max, run_entry, &rw);
	run_close(&rw);
	return pos;
}

static enum mm_layout_place area_place(const struct mm_layout_area *a,
				       struct page *const *pages)
{
	if (pages)
		return MM_LAYOUT_PLACE_PAGES;
	return a->kind == MM_LAYOUT_AREA_IOREMAP && a->phys ?
		MM_LAYOUT_PLACE_PHYS : MM_LAYOUT_PLACE_ANY;
}

static void block_entries(struct area_walk *w, const struct mm_layout_area *a)
{
	DECLARE_BITMAP(used_map, MM_LAYOUT_MAX_BLOCK);
	struct mm_layout_vmap_block b;

	/* Its area comes before the block, and goes after it. */
	if (!mm_layout_read_vmap_block(a->start, &b, used_map) ||
	    a->end - a->start > b.pages * PAGE_SIZE) {
		w->pos = a->end;
		return;
	}
	if (w->pos == a->start)
		mm_layout_rules_vmap_block(&b, w->res);
	w->pos = walk_part(w, a->end, CHUNK, MM_LAYOUT_PLACE_ANY, a, NULL, used_map);
}

/* A chunk of what may be mapped, and of what must not. */
static void area_entries(struct area_walk *w, const struct mm_layout_area *a,
			 struct page *const *pages)
{
	unsigned long mapped_end;

	if (!a->ready) {
		w->pos = a->end;
		return;
	}
	if (a->kind == MM_LAYOUT_AREA_BLOCK) {
		block_entries(w, a);
		return;
	}
	/* There is no array for a guard page, whatever nr_pages says. */
	mapped_end = min(a->mapped_end, a->end - (a->guard ? PAGE_SIZE : 0));
	if (w->pos < mapped_end)
		w->pos = walk_part(w, mapped_end, CHUNK, area_place(a, pages),
				   a, pages, NULL);
	if (w->pos >= mapped_end)
		w->pos = walk_part(w, a->end, CHUNK, MM_LAYOUT_PLACE_GUARD, NULL,
				   NULL, NULL);
}

/* arm maps CMA anew at its linear addresses, as an area, see dma_contiguous_remap(). */
static bool is_remapped_lowmem(const struct mm_layout_area *a)
{
	return IS_ENABLED(CONFIG_ARM) && a->start >= PAGE_OFFSET &&
	       a->start < (unsigned long)high_memory;
}

/* Bound by the lock that is held: a chunk of the area, and its rules at its start. */
static void visit_area(const struct mm_layout_area *found, struct page *const *pages,
		       void *arg)
{
	struct mm_layout_area a = *found;
	struct area_walk *w = arg;
	u64 start = local_clock();
	unsigned long pos = w->pos;

	/* Others have areas for KASAN's shadow, or for I/O, in ranges of their own. */
	a.outside = (IS_ENABLED(CONFIG_MM_LAYOUT_LINEAR) || IS_ENABLED(CONFIG_UML)) &&
		    (!is_vmalloc_or_module_addr((void *)a.start) ||
		     !is_vmalloc_or_module_addr((void *)(a.end - 1)));
	if (a.start != w->area_start || w->pos < a.start) {
		/* Never back, or areas that overlap would keep us here. */
		w->pos = max(w->pos, a.start);
		w->area_start = a.start;
		if (w->visit->kinds & BIT(a.kind))
			w->visit->area(&a, w->res);
	}
	if ((w->visit->kinds & BIT(a.kind)) && !is_remapped_lowmem(&a))
		area_entries(w, &a, pages);
	else
		w->pos = a.end;
	/* What is wrong with the area must not keep us here. */
	if (w->pos <= pos)
		w->pos = pos + PAGE_SIZE;
	w->longest = max(w->longest, local_clock() - start);
}

/**
 * mm_layout_visit_areas - visit the busy vmap areas and their page-table entries
 * @visit: what to do with them
 * @res: where violations go; also counts the locks that were held
 *
 * Context: process, sleeps.
 */
void mm_layout_visit_areas(const struct mm_layout_area_visit *visit,
			   struct mm_layout_result *res)
{
	struct area_walk w = { .visit = visit, .res = res };
	bool more = true;

	while (more) {
		/*
		 * Page tables are freed under the write lock by CPA, and under the
		 * read lock by ioremap(), see vmap_try_huge_pmd().
		 */
		mmap_write_lock(&init_mm);
		more = mm_layout_read_area(w.pos, visit_area, &w);
		mmap_write_unlock(&init_mm);
		res->locks += more;
		cond_resched();
	}
	res->longest_lock = max(res->longest_lock, w.longest);
}

/* === What is in no area === */

static void note_tile(const struct mm_layout_tile *t, struct mm_layout_result *res)
{
	res->locks++;
	res->longest_lock = max(res->longest_lock, t->held);
}

/*
 * Entries that were not in an area, by a walk without the locks of the trees. If they
 * are not empty, what they are by now is read under these.
 */
static void free_run(const struct mm_layout_mapping *m, struct mm_layout_result *res)
{
	struct mm_layout_mapping now = *m;
	struct mm_layout_tile t;

	if (!(m->flags & MM_LAYOUT_PTE_NONE)) {
		mm_layout_read_tile(m->start, &t);
		note_tile(&t, res);
		now.flags = t.flags;
		now.pfn = t.pfn;
		now.owners = t.owners;
	}
	mm_layout_rules_mapping(&now, res);
}

static void walk_empty(unsigned long start, unsigned long end,
		       enum mm_layout_place place, struct mm_layout_result *res)
{
	struct run_walk w = {
		.res = res,
		.done = place == MM_LAYOUT_PLACE_FREE ? free_run :
			mm_layout_rules_mapping,
		.place = place,
	};

	while (start < end) {
		mmap_write_lock(&init_mm);
		start = mm_layout_walk_entries(start, end, CHUNK, run_entry, &w);
		run_close(&w);
		mmap_write_unlock(&init_mm);
		cond_resched();
	}
}

static void read_tile(unsigned long addr, struct mm_layout_tile *t)
{
	mmap_write_lock(&init_mm);
	mm_layout_read_tile(addr, t);
	mmap_write_unlock(&init_mm);
}

static void walk_tiles(struct mm_layout_result *res)
{
	unsigned long addr = VMALLOC_START;
	struct mm_layout_tile t;

	while (addr < VMALLOC_END) {
		read_tile(addr, &t);
		note_tile(&t, res);
		mm_layout_rules_tile(&t, res);
		if (t.owners && !(t.owners & MM_LAYOUT_TILE_BUSY))
			walk_empty(t.start, t.end, MM_LAYOUT_PLACE_FREE, res);
		addr = t.end;
		cond_resched();
	}
}

/* The hole between the vmalloc range and what comes next, where that is known. */
static void walk_beyond(struct mm_layout_result *res)
{
	struct mm_layout_region regions[MM_LAYOUT_MAX_REGIONS];
	unsigned int i, nr = mm_layout_arch_regions(regions);

	for (i = 0; IS_ENABLED(CONFIG_MM_LAYOUT_LINEAR) && i + 1 < nr; i++)
		if (regions[i].end == VMALLOC_END)
			walk_empty(regions[i].end, regions[i + 1].start,
				   MM_LAYOUT_PLACE_BEYOND, res);
}

/**
 * mm_layout_check_vmalloc - check the vmalloc range
 * @res: where violations go
 *
 * Context: process, sleeps.
 */
void mm_layout_check_vmalloc(struct mm_layout_result *res)
{
	static const struct mm_layout_area_visit visit = {
		.kinds = GENMASK(MM_LAYOUT_NR_AREA_KINDS - 1, 0),
		.area = mm_layout_rules_area,
		.run = mm_layout_rules_mapping,
	};

	mm_layout_visit_areas(&visit, res);
	walk_tiles(res);
	walk_beyond(res);
}

/* === Hooks === */

struct hook_walk {
	enum mm_layout_place place;
	unsigned long start;
	/* What was to be mapped. */
	struct page **pages;
	pgprot_t prot;
};

static void hook_entry(const struct mm_layout_entry *e, void *arg)
{
	const struct hook_walk *w = arg;
	unsigned long offset = e->start - w->start;
	struct mm_layout_mapping m = mm_layout_entry_mapping(e, w->place);

	if (w->place == MM_LAYOUT_PLACE_PAGES) {
		struct page *page = w->pages[offset >> PAGE_SHIFT];

		m.recorded = page_to_pfn(page);
		m.wanted = mm_layout_wanted_flags(page, w->prot);
		m.asked = true;
	}
	mm_layout_rules_mapping(&m, NULL);
}

/* Out of line, as what follows: what is as it should be takes no room for facts. */
static noinline void tell_pages(unsigned long start, unsigned long end,
				pgprot_t prot, struct page **pages)
{
	struct hook_walk w = {
		.place = MM_LAYOUT_PLACE_PAGES,
		.start = start,
		.pages = pages,
		.prot = prot,
	};

	mm_layout_walk_entries(start, end, UINT_MAX, hook_entry, &w);
}

static noinline void tell_unmapped(unsigned long start, unsigned long end)
{
	struct hook_walk w = {
		.place = MM_LAYOUT_PLACE_UNMAPPED,
		.start = start,
	};

	mm_layout_walk_entries(start, end, UINT_MAX, hook_entry, &w);
}

#ifdef CONFIG_MM_LAYOUT_LINEAR

/*
 * The entries of @nr pages of a range that the caller owns, so that its page table stays.
 * Sets @here to how many of them that table has. NULL if there are none, or a large one.
 * Levels above are always there.
 */
static __always_inline pte_t *owned_ptes(unsigned long addr, unsigned long nr,
					 unsigned long *here)
{
	pte_t *table = mm_layout_pmd_table(*pmd_off_k(addr));

	*here = min(nr, PTRS_PER_PTE - pte_index(addr));
	return table ? table + pte_index(addr) : NULL;
}

/* Pages often follow each other. Where they do not, the frame is asked for anew. */
static __always_inline bool are_mapped(const pte_t *ptep, unsigned long nr,
				       pteval_t base, struct page **pages)
{
	struct page *page = *pages;
	pteval_t wanted = base + ((pteval_t)page_to_pfn(page) << PAGE_SHIFT);

	for (;;) {
		if (pte_val(*ptep) != wanted)
			return false;
		if (!--nr)
			return true;
		ptep++;
		wanted += PAGE_SIZE;
		if (*++pages == ++page)
			continue;
		page = *pages;
		wanted = base + ((pteval_t)page_to_pfn(page) << PAGE_SHIFT);
	}
}

/* Not inline, since a single page needs no more than a few registers. */
static noinline bool many_mapped(unsigned long start, unsigned long end,
				 pgprot_t prot, struct page **pages)
{
	unsigned long here, nr = (end - start) >> PAGE_SHIFT;
	pteval_t base = mm_layout_pte_base(prot);
	pte_t *ptep;

	for (;;) {
		ptep = owned_ptes(start, nr, &here);
		if (!ptep || !are_mapped(ptep, here, base, pages))
			return false;
		nr -= here;
		if (!nr)
			return true;
		start += here << PAGE_SHIFT;
		pages += here;
	}
}

/*
 * Are these pages mapped one after the other? Who calls vmalloc() with the hooks on
 * pays for this: some ten instructions a page.
 */
static __always_inline bool pages_mapped(unsigned long start, unsigned long end,
					 pgprot_t prot, struct page **pages)
{
	unsigned long here;
	pte_t *ptep;

	if (end - start != PAGE_SIZE)
		return many_mapped(start, end, prot, pages);
	ptep = owned_ptes(start, 1, &here);
	return ptep && are_mapped(ptep, 1, mm_layout_pte_base(prot), pages);
}

/* Four at a time: the loop takes more than the entries. */
static __always_inline bool are_empty(const pte_t *ptep, unsigned long nr)
{
	pteval_t any = 0;

	for (; nr >= 4; nr -= 4, ptep += 4)
		any |= pte_val(ptep[0]) | pte_val(ptep[1]) |
		       pte_val(ptep[2]) | pte_val(ptep[3]);
	for (; nr; nr--, ptep++)
		any |= pte_val(*ptep);
	return !any;
}

static __always_inline bool nothing_mapped(unsigned long start, unsigned long end)
{
	unsigned long here, nr = (end - start) >> PAGE_SHIFT;
	pte_t *ptep;

	for (;;) {
		ptep = owned_ptes(start, nr, &here);
		if (!ptep || !are_empty(ptep, here))
			return false;
		nr -= here;
		if (!nr)
			return true;
		start += here << PAGE_SHIFT;
	}
}

#else

/* Elsewhere this is a debugging aid, and may take its time. */
static bool pages_mapped(unsigned long start, unsigned long end,
			 pgprot_t prot, struct page **pages)
{
	return false;
}

static bool nothing_mapped(unsigned long start, unsigned long end)
{
	return false;
}

#endif /* CONFIG_MM_LAYOUT_LINEAR */

void __mm_layout_vmap_pages(unsigned long start, unsigned long end,
			    pgprot_t prot, struct page **pages)
{
	this_cpu_inc(mm_layout_hook_events[MM_LAYOUT_HOOK_VMAP]);
	if (!pages_mapped(start, end, prot, pages))
		tell_pages(start, end, prot, pages);
}

void __mm_layout_vunmap(unsigned long start, unsigned long end)
{
	this_cpu_inc(mm_layout_hook_events[MM_LAYOUT_HOOK_VUNMAP]);
	if (!nothing_mapped(start, end))
		tell_unmapped(start, end);
}

/* === Usage === */

static const char * const kind_names[MM_LAYOUT_NR_AREA_KINDS] = {
	[MM_LAYOUT_AREA_VMALLOC] = "vmalloc",
	[MM_LAYOUT_AREA_MODULE] = "module",
	[MM_LAYOUT_AREA_VMAP] = "vmap",
	[MM_LAYOUT_AREA_IOREMAP] = "ioremap",
	[MM_LAYOUT_AREA_PERCPU] = "percpu",
	[MM_LAYOUT_AREA_MAP_RAM] = "vm_map_ram",
	[MM_LAYOUT_AREA_BLOCK] = "vmap_block",
	[MM_LAYOUT_AREA_OTHER] = "other",
};

static void copy_area(const struct mm_layout_area *found, struct page *const *pages,
		      void *arg)
{
	*(struct mm_layout_area *)arg = *found;
}

/**
 * mm_layout_area_name - what a vmap area is for
 * @kind: by its kind
 *
 * Return: a word.
 */
const char *mm_layout_area_name(enum mm_layout_area_kind kind)
{
	return kind_names[kind];
}

/**
 * mm_layout_tell_module - is the area a module's?
 * @a: as it was read, where what a module has asked for looks like any vmalloc()
 *
 * Context: any.
 */
void mm_layout_tell_module(struct mm_layout_area *a)
{
	if (a->kind == MM_LAYOUT_AREA_VMALLOC && is_module_address(a->start))
		a->kind = MM_LAYOUT_AREA_MODULE;
}

/**
 * mm_layout_next_area - read the first busy vmap area that ends behind an address
 * @addr: the address
 * @a: filled, without what is known of it by its neighbours
 *
 * Context: process.
 *
 * Return: false if there is none.
 */
bool mm_layout_next_area(unsigned long addr, struct mm_layout_area *a)
{
	if (!mm_layout_read_area(addr, copy_area, a))
		return false;
	mm_layout_tell_module(a);
	return true;
}

/**
 * mm_layout_show_areas - list the busy vmap areas
 * @m: where to
 *
 * Context: process, sleeps.
 */
void mm_layout_show_areas(struct seq_file *m)
{
	struct mm_layout_area a = { };

	seq_puts(m, "# start last size kind details\n");
	while (mm_layout_next_area(a.end, &a)) {
		seq_printf(m, "%#lx %#lx %luK %s", a.start, a.end - 1,
			   (a.end - a.start) >> 10, kind_names[a.kind]);
		if (!a.ready)
			seq_puts(m, " in_the_making");
		if (a.nr_pages)
			seq_printf(m, " pages=%lu", a.nr_pages);
		if (a.phys)
			seq_printf(m, " phys=%pa", &a.phys);
		if (a.caller)
			seq_printf(m, " caller=%pS", (void *)a.caller);
		seq_putc(m, '\n');
		cond_resched();
	}
}

static void show_kinds(struct seq_file *m)
{
	unsigned long nr[MM_LAYOUT_NR_AREA_KINDS] = { };
	unsigned long bytes[MM_LAYOUT_NR_AREA_KINDS] = { };
	struct mm_layout_area a = { };
	int i;

	while (mm_layout_next_area(a.end, &a)) {
		nr[a.kind]++;
		bytes[a.kind] += a.end - a.start;
		cond_resched();
	}
	for (i = 0; i < MM_LAYOUT_NR_AREA_KINDS; i++)
		if (nr[i])
			seq_printf(m, "areas %s %lu %luK\n", kind_names[i], nr[i],
				   bytes[i] >> 10);
}

/**
 * mm_layout_show_usage - print how much of the vmalloc range is in use
 * @m: where to
 *
 * Context: process, sleeps.
 */
void mm_layout_show_usage(struct seq_file *m)
{
	unsigned long addr = VMALLOC_START, busy = 0, lazy = 0, free = 0, hole = 0;
	struct mm_layout_tile t;

	while (addr < VMALLOC_END) {
		read_tile(addr, &t);
		if (t.owners & MM_LAYOUT_TILE_BUSY) {
			busy += t.end - t.start;
		} else if (t.owners & MM_LAYOUT_TILE_LAZY) {
			lazy += t.end - t.start;
		} else if (t.owners) {
			free += t.end - t.start;
			hole = max(hole, t.end - t.start);
		}
		addr = t.end;
		cond_resched();
	}
	seq_printf(m, "vmalloc used %luK lazy %luK free %luK largest_hole %luK\n",
		   busy >> 10, lazy >> 10, free >> 10, hole >> 10);
	show_kinds(m);
}
