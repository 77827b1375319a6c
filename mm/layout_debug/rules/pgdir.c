// SPDX-License-Identifier: GPL-2.0
/*
 * Rules for page directories. Pure functions of facts.
 */
#include <linux/kernel.h>
#include <linux/mm.h>

#include "../layout.h"

/**
 * mm_layout_rules_pgdir - rules for the kernel entries of a page directory
 * @p: entries that are as they should be, or one that differs
 * @res: where violations go
 */
void mm_layout_rules_pgdir(const struct mm_layout_pgdir *p,
			   struct mm_layout_result *res)
{
	bool same = p->value == p->reference;

	if (p->lazy)
		mm_layout_expect(res, PGDIR_LAZY, same || !p->value,
				 ADDR, p->start, p->end,
				 "%s (%d) has %#llx for %#lx, init_mm has %#llx or nothing",
				 p->whose, p->pid, p->value, p->start, p->reference);
	else
		mm_layout_expect(res, PGDIR_SAME, same || p->stale,
				 ADDR, p->start, p->end,
				 "%s (%d) has %#llx for %#lx, init_mm has %#llx",
				 p->whose, p->pid, p->value, p->start, p->reference);
}

/**
 * mm_layout_rules_table - rules for a page table that a page directory leads to
 * @t: the page table
 * @res: where violations go
 */
void mm_layout_rules_table(const struct mm_layout_table *t,
			   struct mm_layout_result *res)
{
	bool there = t->pfn < t->max_low_pfn || t->highmem;

	mm_layout_expect(res, PGDIR_TABLE, there, ADDR, t->start, t->end,
			 "%s (%d) has a page table for %#lx at pfn %#lx, which is no lowmem",
			 t->whose, t->pid, t->start, t->pfn);
	if (!there)
		return;
	/* Those of the kernel that were made at boot are not marked. */
	mm_layout_expect(res, PGDIR_TABLE, t->typed || (t->reserved && !t->user),
			 ADDR, t->start, t->end,
			 "%s (%d) has a page table for %#lx at pfn %#lx, which is none",
			 t->whose, t->pid, t->start, t->pfn);
	mm_layout_expect(res, PGDIR_TABLE, !t->typed || !t->kernel || !t->user,
			 ADDR, t->start, t->end,
			 "%s (%d) has a page table of the kernel's for %#lx, pfn %#lx",
			 t->whose, t->pid, t->start, t->pfn);
}
