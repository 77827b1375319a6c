// SPDX-License-Identifier: GPL-2.0
/*
 * Reads the kernel's page tables entry by entry. The walkers of mm/pagewalk.c clear
 * upper entries that are bad, follow lower ones, and cannot stop when a spinlock was
 * held for long enough.
 */
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/uaccess.h>

#include "layout.h"

#ifdef CONFIG_MM_LAYOUT_ENTRIES

#include <asm/mm_layout_debug.h>

static unsigned int pte_layout_flags(pte_t pte)
{
	return mm_layout_pte_flags(pte_val(pte));
}

static unsigned int pmd_layout_flags(pmd_t pmd)
{
	return mm_layout_pmd_flags(pmd);
}

static unsigned int pte_cache(pte_t pte)
{
	return mm_layout_pte_cache(pte_val(pte), false);
}

static unsigned int pmd_cache(pmd_t pmd)
{
	return mm_layout_pte_cache(pmd_val(pmd), true);
}

static unsigned long pmd_first_pfn(pmd_t pmd)
{
	return mm_layout_pmd_leaf_pfn(pmd);
}

static bool is_table(pmd_t pmd)
{
	return mm_layout_pmd_leads_to_table(pmd);
}

/* With PAE, pud_bad() asks neither whether it is present nor where it leads. */
static bool is_pmd_table(pud_t pud)
{
	return mm_pmd_folded(&init_mm) ||
	       (pud_present(pud) && !pud_bad(pud) &&
		mm_layout_has_table(mm_layout_raw_pfn(pud_val(pud))));
}

/* Flags of large pages tell what may be written to. */
static bool has_large_rw(void)
{
	return true;
}

/* Else all is executable, which is not worth a word. */
static bool has_nx(void)
{
	return mm_layout_has_nx();
}

static unsigned long table_pfn(u64 raw)
{
	return mm_layout_raw_pfn(raw);
}

#else

#define MM_LAYOUT_LEAF_SIZE	PMD_SIZE

static pmd_t mm_layout_pmd_entry(pmd_t *pmdp, unsigned long addr)
{
	return pmdp_get_lockless(pmdp);
}

static unsigned int pte_layout_flags(pte_t pte)
{
	unsigned int flags = 0;

	if (pte_none(pte))
		return MM_LAYOUT_PTE_NONE;
	if (pte_present(pte))
		flags |= MM_LAYOUT_PTE_PRESENT;
	if (pte_write(pte))
		flags |= MM_LAYOUT_PTE_RW;
	return flags;
}

static unsigned int pmd_layout_flags(pmd_t pmd)
{
	return MM_LAYOUT_PTE_PRESENT | MM_LAYOUT_PTE_RW;
}

static unsigned int pte_cache(pte_t pte)
{
	return 0;
}

static unsigned int pmd_cache(pmd_t pmd)
{
	return 0;
}

static unsigned long pmd_first_pfn(pmd_t pmd)
{
	return pmd_pfn(pmd);
}

static bool is_table(pmd_t pmd)
{
	return !pmd_bad(pmd);
}

static bool is_pmd_table(pud_t pud)
{
	return !pud_bad(pud);
}

static bool has_large_rw(void)
{
	return false;
}

static bool has_nx(void)
{
	return false;
}

static unsigned long table_pfn(u64 raw)
{
	return MM_LAYOUT_UNKNOWN;
}

#endif /* CONFIG_MM_LAYOUT_ENTRIES */

/* What is asked for when @page is mapped with @prot, as MM_LAYOUT_PTE_*. */
unsigned int mm_layout_wanted_flags(struct page *page, pgprot_t prot)
{
	return pte_layout_flags(mk_pte(page, prot));
}

/* What an entry says, as MM_LAYOUT_PTE_*. */
unsigned int mm_layout_entry_flags(pte_t pte)
{
	return pte_layout_flags(pte);
}

/* The frame of an address in a large page. */
static unsigned long leaf_pfn(unsigned long pfn, unsigned long addr,
			      unsigned long leaf)
{
	return pfn + ((addr & (leaf - 1)) >> PAGE_SHIFT);
}

static void no_entry(struct mm_layout_entry *e, unsigned long size)
{
	e->leaf = size;
	e->flags = MM_LAYOUT_PTE_NONE;
	e->pfn = 0;
	e->cache = 0;
}

/*
 * The entry that ends the walk, in @e, or the page table that covers @e->start. An
 * entry that leads to no table is as good as none: nobody can have meant that.
 */
static pte_t *walk_down(struct mm_layout_entry *e)
{
	unsigned long addr = e->start;
	pgd_t *pgd = pgd_offset_k(addr);
	p4d_t *p4d;
	pud_t *pudp, pud;
	pmd_t pmd;

	if (pgd_none(*pgd) || pgd_bad(*pgd)) {
		no_entry(e, PGDIR_SIZE);
		return NULL;
	}
	p4d = p4d_offset(pgd, addr);
	if (p4d_none(*p4d) || p4d_bad(*p4d)) {
		no_entry(e, P4D_SIZE);
		return NULL;
	}
	pudp = pud_offset(p4d, addr);
	pud = pudp_get(pudp);
	if (pud_leaf(pud)) {
		e->leaf = PUD_SIZE;
		e->flags = MM_LAYOUT_PTE_PRESENT | MM_LAYOUT_PTE_RW;
		e->pfn = leaf_pfn(pud_pfn(pud), addr, PUD_SIZE);
		e->cache = 0;
		return NULL;
	}
	if (pud_none(pud) || !is_pmd_table(pud)) {
		no_entry(e, PUD_SIZE);
		return NULL;
	}
	pmd = mm_layout_pmd_entry(pmd_offset(pudp, addr), addr);
	if (pmd_present(pmd) && pmd_leaf(pmd)) {
		e->leaf = MM_LAYOUT_LEAF_SIZE;
		e->flags = pmd_layout_flags(pmd);
		e->pfn = leaf_pfn(pmd_first_pfn(pmd), addr, MM_LAYOUT_LEAF_SIZE);
		e->cache = pmd_cache(pmd);
		return NULL;
	}
	if (!pmd_present(pmd) || !is_table(pmd)) {
		no_entry(e, MM_LAYOUT_LEAF_SIZE);
		return NULL;
	}
	return pte_offset_kernel(&pmd, addr);
}

static void note_pte(struct mm_layout_entry *e, pte_t pte)
{
	e->end = e->start + PAGE_SIZE;
	e->leaf = PAGE_SIZE;
	e->flags = pte_layout_flags(pte);
	e->pfn = e->flags & MM_LAYOUT_PTE_NONE ? 0 : pte_pfn(pte);
	e->cache = pte_cache(pte);
}

static void walk_ptes(struct mm_layout_entry *e, pte_t *ptep, unsigned long nr,
		      mm_layout_entry_fn fn, void *arg)
{
	unsigned long i;
	pte_t pte;

	for (i = 0; i < nr; i++) {
		/* PAE: an entry is two words, which somebody may be writing. */
		pte = ptep_get_lockless(ptep + i);
		note_pte(e, pte);
		while (pte_none(pte) && i + 1 < nr &&
		       pte_none(ptep_get_lockless(ptep + i + 1))) {
			e->end += PAGE_SIZE;
			i++;
		}
		fn(e, arg);
		e->start = e->end;
	}
}

/**
 * mm_layout_walk_entries - call a function for each page-table entry of a range
 * @start: first address, a multiple of %PAGE_SIZE
 * @end: address behind the last byte, 0 for the end of the address space
 * @max: read so many entries at most
 * @fn: called with what an entry says of its part of the range. Empty ones that
 *	follow each other may be told as one
 * @arg: for @fn
 *
 * Context: any. The caller keeps the page tables: it owns the range, or holds
 * init_mm's mmap_lock for writing, or they are never freed.
 *
 * Return: where the walk has stopped: @end, or where to go on.
 */
unsigned long mm_layout_walk_entries(unsigned long start, unsigned long end,
				     unsigned long max, mm_layout_entry_fn fn,
				     void *arg)
{
	struct mm_layout_entry e = { .start = start };
	unsigned long nr, last = end - 1;
	pte_t *ptep;

	while (e.start >= start && e.start <= last && max) {
		ptep = walk_down(&e);
		if (ptep) {
			/* Some count the last byte as the end. */
			nr = ((last - e.start) >> PAGE_SHIFT) + 1;
			nr = min3(nr, max, PTRS_PER_PTE - pte_index(e.start));
			walk_ptes(&e, ptep, nr, fn, arg);
		} else {
			nr = 1;
			e.end = min(ALIGN_DOWN(e.start, e.leaf) + e.leaf - 1,
				    last) + 1;
			fn(&e, arg);
			e.start = e.end;
		}
		max -= nr;
	}
	return e.start;
}

/**
 * mm_layout_read_entry - what the page table says of an address
 * @addr: any address of the kernel
 * @e: filled for the page at @addr
 *
 * Context: as mm_layout_walk_entries().
 */
void mm_layout_read_entry(unsigned long addr, struct mm_layout_entry *e)
{
	pte_t *ptep;

	e->start = addr & PAGE_MASK;
	ptep = walk_down(e);
	if (ptep)
		note_pte(e, ptep_get_lockless(ptep));
	e->end = e->start + PAGE_SIZE;
}

/* === Level by level === */

struct level_list {
	struct mm_layout_level *level;
	unsigned int nr;
};

/*
 * A page table may be freed meanwhile, or be where no memory is: what led there is
 * what tells.
 */
static bool can_read(struct level_list *l, const void *entry)
{
	unsigned long word;

	if (!get_kernel_nofault(word, (const unsigned long *)entry))
		return true;
	if (l->nr)
		l->level[l->nr - 1].kind = MM_LAYOUT_LEVEL_BAD;
	return false;
}

/* An entry of an upper level. Returns false if it leads to no table. */
static bool upper_level(struct level_list *l, const char *name, unsigned long index,
			u64 raw, bool none, bool bad)
{
	/* The uppermost is that of the page directory, whatever it is folded into. */
	l->level[l->nr] = (struct mm_layout_level) {
		.name = l->nr ? name : "pgd",
		.index = index,
		.raw = raw,
		.kind = none ? MM_LAYOUT_LEVEL_EMPTY :
			bad ? MM_LAYOUT_LEVEL_BAD : MM_LAYOUT_LEVEL_TABLE,
		.pfn = table_pfn(raw),
	};
	l->nr++;
	return !none && !bad;
}

static void lower_level(struct level_list *l, const char *name, unsigned long index,
			u64 raw, const struct mm_layout_entry *e)
{
	l->level[l->nr] = (struct mm_layout_level) {
		.name = l->nr ? name : "pgd",
		.index = index,
		.raw = raw,
		.kind = e->flags & MM_LAYOUT_PTE_PRESENT ? MM_LAYOUT_LEVEL_LEAF :
			e->flags & MM_LAYOUT_PTE_NONE ? MM_LAYOUT_LEVEL_EMPTY :
			MM_LAYOUT_LEVEL_ABSENT,
		.flags = e->flags,
		.rw_known = e->leaf == PAGE_SIZE || has_large_rw(),
		.nx_known = has_nx(),
		.cache = e->cache,
		.leaf = e->leaf,
		.pfn = e->pfn,
	};
	l->nr++;
}

static void pte_level(struct level_list *l, pmd_t *pmd, unsigned long addr)
{
	struct mm_layout_entry e = { .start = addr & PAGE_MASK };
	pte_t *ptep = pte_offset_kernel(pmd, addr), pte;

	if (!can_read(l, ptep))
		return;
	pte = ptep_get_lockless(ptep);
	note_pte(&e, pte);
	lower_level(l, "pte", pte_index(addr), pte_val(pte), &e);
}

static void pmd_level(struct level_list *l, pud_t *pud, unsigned long addr)
{
	unsigned long index = mm_pmd_folded(&init_mm) ? pgd_index(addr) : pmd_index(addr);
	struct mm_layout_entry e = { .leaf = MM_LAYOUT_LEAF_SIZE };
	pmd_t *pmdp = pmd_offset(pud, addr), pmd;

	if (!can_read(l, pmdp))
		return;
	pmd = mm_layout_pmd_entry(pmdp, addr);
	if (pmd_present(pmd) && pmd_leaf(pmd)) {
		e.flags = pmd_layout_flags(pmd);
		e.pfn = leaf_pfn(pmd_first_pfn(pmd), addr, MM_LAYOUT_LEAF_SIZE);
		e.cache = pmd_cache(pmd);
		lower_level(l, "pmd", index, pmd_val(pmd), &e);
	} else if (upper_level(l, "pmd", index, pmd_val(pmd), pmd_none(pmd),
			       !pmd_present(pmd) || !is_table(pmd))) {
		pte_level(l, &pmd, addr);
	}
}

static void pud_level(struct level_list *l, p4d_t *p4d, unsigned long addr)
{
	struct mm_layout_entry e = {
		.flags = MM_LAYOUT_PTE_PRESENT | MM_LAYOUT_PTE_RW,
		.leaf = PUD_SIZE,
	};
	pud_t *pudp = pud_offset(p4d, addr), pud;

	if (!can_read(l, pudp))
		return;
	pud = pudp_get(pudp);
	if (pud_leaf(pud)) {
		e.pfn = leaf_pfn(pud_pfn(pud), addr, PUD_SIZE);
		lower_level(l, "pud", pud_index(addr), pud_val(pud), &e);
		return;
	}
	if (mm_pmd_folded(&init_mm) ||
	    upper_level(l, "pud", mm_pud_folded(&init_mm) ? pgd_index(addr) :
			pud_index(addr), pud_val(pud), pud_none(pud), !is_pmd_table(pud)))
		pmd_level(l, pudp, addr);
}

/**
 * mm_layout_read_levels - the page-table entries on the way to an address
 * @addr: any address of the kernel
 * @level: filled with at most %MM_LAYOUT_MAX_LEVELS entries, uppermost first; levels
 *	that the architecture does not have are left out
 *
 * Context: as mm_layout_walk_entries().
 *
 * Return: the number of entries.
 */
unsigned int mm_layout_read_levels(unsigned long addr, struct mm_layout_level *level)
{
	struct level_list l = { .level = level };
	pgd_t *pgd = pgd_offset_k(addr);
	p4d_t *p4d;

	if (!mm_p4d_folded(&init_mm) &&
	    !upper_level(&l, "pgd", pgd_index(addr), pgd_val(*pgd), pgd_none(*pgd),
			 pgd_bad(*pgd)))
		return l.nr;
	p4d = p4d_offset(pgd, addr);
	if (!can_read(&l, p4d))
		return l.nr;
	if (mm_pud_folded(&init_mm) ||
	    upper_level(&l, "p4d", mm_p4d_folded(&init_mm) ? pgd_index(addr) :
			(addr >> P4D_SHIFT) & (PTRS_PER_P4D - 1), p4d_val(*p4d),
			p4d_none(*p4d), p4d_bad(*p4d)))
		pud_level(&l, p4d, addr);
	return l.nr;
}
