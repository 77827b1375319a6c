// SPDX-License-Identifier: GPL-2.0
/*
 * Reads page directories: those of all processes, and the one that CPUs boot with,
 * against that of init_mm.
 *
 * Every process has kernel entries of its own, copied when it was made. A change of
 * the kernel's page tables has to reach all of them.
 */
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/oom.h>
#include <linux/pgtable.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/spinlock.h>

#include <asm/mm_layout_debug.h>

#include "../layout.h"

struct dir_walk {
	struct mm_layout_result *res;
	struct mm_layout_bounds bounds;
	const char *whose;
	int pid;
	pgd_t *pgd;
	pgd_t *reference;
	/* Entries that init_mm has need not be there. */
	bool sparse;
	/* Entries that are alike, and of one kind. */
	struct mm_layout_pgdir run;
	bool open;
};

/*
 * The lowest entries that processes have copies of: PMDs with PAE, else PGDs, into which
 * PMDs are folded.
 */
static pmd_t dir_entry(pgd_t *pgd, unsigned long addr)
{
	pud_t pud;

	pgd = pgd_offset_pgd(pgd, addr);
	if (pgd_none(*pgd))
		return __pmd(0);
	/* One of the user part may go meanwhile. */
	pud = pudp_get(pud_offset(p4d_offset(pgd, addr), addr));
	if (pud_none(pud))
		return __pmd(0);
	return pmdp_get_lockless(pmd_offset(&pud, addr));
}

static bool is_table(pmd_t pmd)
{
	return pmd_present(pmd) && !pmd_leaf(pmd);
}

/*
 * initial_page_table is not told when a large page of the linear map is protected, or
 * split. It leads to the same memory, and CPUs use it no longer than they boot.
 */
static bool is_stale(const struct dir_walk *w, unsigned long addr, pmd_t pmd)
{
	unsigned long pfn = (addr - w->bounds.page_offset) >> PAGE_SHIFT;

	return w->pgd == initial_page_table && addr < w->bounds.high_memory &&
	       pmd_present(pmd) && pmd_leaf(pmd) && mm_layout_pmd_leaf_pfn(pmd) == pfn;
}

static void run_close(struct dir_walk *w)
{
	if (w->open)
		mm_layout_rules_pgdir(&w->run, w->res);
	w->open = false;
}

static void check_entry(struct dir_walk *w, unsigned long addr)
{
	pmd_t pmd = dir_entry(w->pgd, addr), reference = dir_entry(w->reference, addr);
	struct mm_layout_pgdir p = {
		.whose = w->whose,
		.pid = w->pid,
		.start = addr,
		.end = addr + PMD_SIZE,
		.value = mm_layout_dir_value(pmd),
		.reference = mm_layout_dir_value(reference),
		.lazy = addr >= ALIGN_DOWN(w->bounds.vmalloc_start, PMD_SIZE) &&
			addr < w->bounds.vmalloc_end,
		.stale = is_stale(w, addr, pmd),
	};

	if (w->sparse && !p.value)
		return;
	/* Entries that do not differ are told as one, with the value of the first. */
	if (w->open && w->run.lazy == p.lazy && w->run.end == addr &&
	    w->run.value == w->run.reference && p.value == p.reference) {
		w->run.end = p.end;
		return;
	}
	run_close(w);
	w->run = p;
	w->open = true;
}

static void check_kernel_entries(struct dir_walk *w)
{
	unsigned long addr = w->bounds.page_offset;

	do {
		if (!mm_layout_dir_private(addr))
			check_entry(w, addr);
		addr += PMD_SIZE;
	} while (addr);
	run_close(w);
}

static void check_table(const struct dir_walk *w, unsigned long addr, pmd_t pmd)
{
	struct mm_layout_table t = {
		.whose = w->whose,
		.pid = w->pid,
		.start = addr,
		.end = addr + PMD_SIZE,
		.pfn = mm_layout_pmd_table_pfn(pmd),
		.max_low_pfn = w->bounds.max_low_pfn,
		.user = addr < w->bounds.page_offset,
	};
	struct page *page;

	if (IS_ENABLED(CONFIG_HIGHPTE) && t.user && pfn_valid(t.pfn))
		t.highmem = PageHighMem(pfn_to_page(t.pfn));
	if ((t.highmem || t.pfn < t.max_low_pfn) && pfn_valid(t.pfn)) {
		page = pfn_to_page(t.pfn);
		t.typed = PageTable(page);
		t.reserved = mm_layout_page_reserved(page);
		t.kernel = t.typed && ptdesc_test_kernel(page_ptdesc(page));
	}
	mm_layout_rules_table(&t, w->res);
}

static void check_tables(const struct dir_walk *w, unsigned long start,
			 unsigned long end)
{
	unsigned long addr = start;
	pmd_t pmd;

	do {
		pmd = dir_entry(w->pgd, addr);
		if (is_table(pmd))
			check_table(w, addr, pmd);
		addr += PMD_SIZE;
	} while (addr != end);
}

/*
 * The task lock keeps the mm, and so the kernel's part of its directory; the tables of
 * the user's part may go, but since x86 frees them by RCU, not while we look. CPA and
 * arch_sync_kernel_mappings() change one directory after the other under pgd_lock.
 */
static void check_mm(struct dir_walk *w, struct mm_struct *mm)
{
	spin_lock(&pgd_lock);
	w->pgd = mm->pgd;
	w->reference = init_mm.pgd;
	w->sparse = false;
	check_kernel_entries(w);
	w->pgd = mm_layout_user_pgd(mm->pgd);
	w->reference = mm_layout_user_pgd(init_mm.pgd);
	/* What user mode needs was added when processes were there already. */
	w->sparse = true;
	if (w->pgd)
		check_kernel_entries(w);
	w->pgd = mm->pgd;
	check_tables(w, 0, w->bounds.page_offset);
	spin_unlock(&pgd_lock);
}

static void check_processes(struct dir_walk *w)
{
	struct task_struct *process, *task;

	rcu_read_lock();
	for_each_process(process) {
		/* The first one may have left its threads behind. */
		task = find_lock_task_mm(process);
		if (!task)
			continue;
		w->whose = task->comm;
		w->pid = task_pid_nr(task);
		check_mm(w, task->mm);
		task_unlock(task);
	}
	rcu_read_unlock();
}

/**
 * mm_layout_check_pgdir - check the page directories
 * @res: where violations go
 *
 * Context: process, sleeps. Takes the lock of a task of each process, then pgd_lock.
 */
void mm_layout_check_pgdir(struct mm_layout_result *res)
{
	struct dir_walk w = { .res = res };

	mm_layout_arch_bounds(&w.bounds);
	/* CPA frees page tables under the write lock. */
	mmap_read_lock(&init_mm);
	w.whose = "init_mm";
	w.pgd = init_mm.pgd;
	check_tables(&w, w.bounds.page_offset, 0);

	w.whose = "initial_page_table";
	w.pgd = initial_page_table;
	w.reference = init_mm.pgd;
	check_kernel_entries(&w);
	mmap_read_unlock(&init_mm);

	check_processes(&w);
}
