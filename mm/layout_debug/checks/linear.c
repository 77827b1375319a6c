// SPDX-License-Identifier: GPL-2.0
/*
 * Reads the page tables of the linear map.
 *
 * Entries that are alike make one extent. Adjacent entries are compared by
 * value, so that a page table of ordinary entries costs a few instructions an
 * entry; only where a run begins is an entry decoded.
 */
#include <linux/cpumask.h>
#include <linux/kernel_stat.h>
#include <linux/kfence.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/pagewalk.h>
#include <linux/percpu.h>
#include <linux/pgtable.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

#include <asm/mm_layout_debug.h>
#include <asm/sections.h>

#include "../layout.h"

/* No entry has this value: it is global, not present and without a frame. */
#define NO_ENTRY	((pteval_t)_PAGE_GLOBAL)

struct linear_walk {
	struct mm_layout_result *res;
	struct mm_layout_linear linear;
	struct mm_layout_bounds bounds;
	unsigned long boot_end_pfn;
	/* Behind the last RAM so far. */
	unsigned long ram_end_pfn;
	/* The extent that grows; its end is set when it is handed out. */
	struct mm_layout_extent run;
	bool open;
	/* Value of the entry that would continue it, and the one after that. */
	pteval_t next;
	pteval_t step;
};

static void run_close(struct linear_walk *w, unsigned long addr)
{
	if (w->open) {
		w->run.end = addr;
		mm_layout_rules_extent(&w->run, &w->linear, w->res);
	}
	w->open = false;
}

/* The frame that follows the run at @addr, if the run goes on there. */
static unsigned long run_pfn(const struct linear_walk *w, unsigned long addr)
{
	return w->run.pfn + ((addr - w->run.start) >> PAGE_SHIFT);
}

/*
 * What of the image has to stay. Init sections, the unused end of the brk area
 * and the table of lock prefixes are given up after boot, and debug_pagealloc
 * unmaps them.
 */
static bool in_image(unsigned long addr)
{
	return __is_kernel_text(addr) || is_kernel_rodata(addr) ||
	       is_kernel_core_data(addr);
}

/*
 * What is the page that has its linear address at @addr? Read without a lock:
 * the page may be allocated or freed meanwhile, a second look will tell.
 */
static enum mm_layout_page_state page_state(const struct linear_walk *w,
					    unsigned long addr)
{
	unsigned long pfn = (addr - w->linear.page_offset) >> PAGE_SHIFT;

	if (!pfn_valid(pfn))
		return MM_LAYOUT_PAGE_NONE;
	if (is_kfence_address((void *)addr))
		return MM_LAYOUT_PAGE_KFENCE;
	if (in_image(addr))
		return MM_LAYOUT_PAGE_IMAGE;
	return mm_layout_page_state(pfn_to_page(pfn));
}

static void note_entry(struct linear_walk *w, unsigned long addr,
		       unsigned long leaf, unsigned long pfn,
		       unsigned int flags, pteval_t value)
{
	enum mm_layout_page_state state = MM_LAYOUT_PAGE_ANY;
	bool plain = (flags & MM_LAYOUT_PTE_NONE) ||
		     ((flags & MM_LAYOUT_PTE_PRESENT) &&
		      (flags & MM_LAYOUT_PTE_RW));

	if (!plain)
		state = page_state(w, addr);

	if (!w->open || w->run.leaf != leaf || w->run.flags != flags ||
	    w->run.state != state ||
	    (!(flags & MM_LAYOUT_PTE_NONE) && run_pfn(w, addr) != pfn)) {
		run_close(w, addr);
		w->run.start = addr;
		w->run.pfn = pfn;
		w->run.leaf = leaf;
		w->run.flags = flags;
		w->run.state = state;
		w->open = true;
	}

	/* A page whose state matters is looked at one by one. */
	if (plain && leaf == PAGE_SIZE) {
		w->step = flags & MM_LAYOUT_PTE_NONE ? 0 : PAGE_SIZE;
		w->next = value + w->step;
	} else {
		w->step = 0;
		w->next = NO_ENTRY;
	}
}

static void walk_ptes(struct linear_walk *w, pte_t *ptep, unsigned long addr,
		      unsigned long end)
{
	for (; addr != end; addr += PAGE_SIZE, ptep++) {
		/* PAE: an entry is two words, which CPA may be writing. */
		pte_t pte = ptep_get_lockless(ptep);
		pteval_t value = pte_val(pte) & ~mm_layout_pte_volatile();

		if (value == w->next) {
			w->next += w->step;
			continue;
		}
		note_entry(w, addr, PAGE_SIZE, pte_pfn(pte),
			   mm_layout_pte_flags(value), value);
	}
}

static int linear_pmd_entry(pmd_t *pmdp, unsigned long addr, unsigned long end,
			    struct mm_walk *walk)
{
	struct linear_walk *w = walk->private;
	pmd_t pmd = pmdp_get_lockless(pmdp);
	struct mm_layout_object table = {
		.name = "a page table of the linear map",
		.max_low_pfn = w->bounds.max_low_pfn,
	};

	walk->action = ACTION_CONTINUE;
	cond_resched();
	if (pmd_leaf(pmd) || !pmd_present(pmd)) {
		note_entry(w, addr, PMD_SIZE,
			   pmd_pfn(pmd) + ((addr & ~PMD_MASK) >> PAGE_SHIFT),
			   mm_layout_pte_flags(pmd_val(pmd)), pmd_val(pmd));
		return 0;
	}

	table.pfn = mm_layout_pmd_table_pfn(pmd);
	mm_layout_rules_object(&table, w->res);
	if (table.pfn >= table.max_low_pfn) {
		/* The CPU finds its way there, but we have no address for it. */
		run_close(w, addr);
		w->next = NO_ENTRY;
		w->step = 0;
		return 0;
	}
	if (!mm_layout_pmd_leads_to_table(pmd)) {
		/* In a hole of lowmem there is no table: as good as no entry. */
		note_entry(w, addr, PMD_SIZE, 0, MM_LAYOUT_PTE_NONE, 0);
		return 0;
	}
	walk_ptes(w, pte_offset_kernel(&pmd, addr), addr, end);
	return 0;
}

static int linear_hole(unsigned long addr, unsigned long end, int depth,
		       struct mm_walk *walk)
{
	note_entry(walk->private, addr, PAGE_SIZE, 0, MM_LAYOUT_PTE_NONE, 0);
	return 0;
}

static const struct mm_walk_ops linear_walk_ops = {
	.pmd_entry	= linear_pmd_entry,
	.pte_hole	= linear_hole,
};

static void walk_linear(struct linear_walk *w, unsigned long start,
			unsigned long end, enum mm_layout_backing backing)
{
	if (start >= end)
		return;
	w->run.backing = backing;
	w->next = NO_ENTRY;
	w->step = 0;
	/*
	 * CPA frees a page table when it puts a large page together again. It
	 * does so under the write lock, see cpa_collapse_large_pages().
	 */
	mmap_read_lock(&init_mm);
	walk_kernel_page_table_range(start, end, &linear_walk_ops, NULL, w);
	run_close(w, end);
	mmap_read_unlock(&init_mm);
}

static unsigned long linear_addr(const struct linear_walk *w, unsigned long pfn)
{
	return w->linear.page_offset + (pfn << PAGE_SHIFT);
}

static void walk_pfns(struct linear_walk *w, unsigned long start_pfn,
		      unsigned long end_pfn, enum mm_layout_backing backing)
{
	if (start_pfn < end_pfn)
		walk_linear(w, linear_addr(w, start_pfn),
			    linear_addr(w, end_pfn), backing);
}

static void note_tracked(struct linear_walk *w, unsigned long start_pfn,
			 unsigned long end_pfn, bool ram)
{
	struct mm_layout_tracked t = {
		.start_pfn = start_pfn,
		.end_pfn = end_pfn,
		.ram = ram,
	};
	unsigned long pfn;

	if (ram) {
		t.tracked = mm_layout_arch_tracked(start_pfn, end_pfn);
	} else {
		for (pfn = start_pfn; pfn < end_pfn && !t.tracked; pfn++)
			t.tracked = mm_layout_arch_tracked(pfn, pfn + 1);
	}
	mm_layout_rules_tracked(&t, w->res);
}

static void walk_backing(unsigned long start_pfn, unsigned long end_pfn,
			 bool ram, void *arg)
{
	struct linear_walk *w = arg;
	unsigned long boot_pfn;

	note_tracked(w, start_pfn, end_pfn, ram);
	if (ram) {
		w->ram_end_pfn = end_pfn;
		walk_pfns(w, start_pfn, end_pfn, MM_LAYOUT_RAM);
		return;
	}
	boot_pfn = clamp(w->boot_end_pfn, start_pfn, end_pfn);
	walk_pfns(w, start_pfn, boot_pfn, MM_LAYOUT_BOOT);
	walk_pfns(w, boot_pfn, end_pfn, MM_LAYOUT_HOLE);
}

static void check_object(struct linear_walk *w, const char *name,
			 unsigned long pfn)
{
	struct mm_layout_object o = {
		.name = name,
		.pfn = pfn,
		.max_low_pfn = w->bounds.max_low_pfn,
	};

	mm_layout_rules_object(&o, w->res);
}

/*
 * Frame of an address that has to be in the linear map. From outside of it the
 * result is beyond lowmem. Not __pa(), which is fatal then with DEBUG_VIRTUAL.
 */
static unsigned long object_pfn(const struct linear_walk *w, const void *addr)
{
	return ((unsigned long)addr - w->linear.page_offset) >> PAGE_SHIFT;
}

/* A task without a stack or an mm is on its way out, or a kernel thread. */
static void check_task(struct linear_walk *w, struct task_struct *task)
{
	void *stack = READ_ONCE(task->stack);

	if (stack && !IS_ENABLED(CONFIG_VMAP_STACK))
		check_object(w, "the stack of a task", object_pfn(w, stack));
	task_lock(task);
	if (task->mm)
		check_object(w, "the page directory of a task",
			     object_pfn(w, task->mm->pgd));
	task_unlock(task);
}

static void check_objects(struct linear_walk *w)
{
	struct task_struct *process, *task;
	unsigned int cpu;

	check_object(w, "the zero page", page_to_pfn(ZERO_PAGE(0)));
	check_object(w, "swapper_pg_dir", object_pfn(w, init_mm.pgd));
	/* With percpu_alloc=page they are mapped in the vmalloc range. */
	for_each_possible_cpu(cpu)
		check_object(w, "a per-CPU area",
			     PHYS_PFN(per_cpu_ptr_to_phys(&kcpustat_cpu(cpu))));

	rcu_read_lock();
	for_each_process_thread(process, task)
		check_task(w, task);
	rcu_read_unlock();
}

static void check_mapped(struct linear_walk *w, const char *name,
			 unsigned long end_pfn)
{
	struct mm_layout_mapped m = {
		.name = name,
		.end_pfn = end_pfn,
		.ram_end_pfn = w->ram_end_pfn,
	};

	mm_layout_rules_mapped(&m, w->res);
}

/**
 * mm_layout_check_linear - check the page tables of the linear map
 * @res: where violations go
 *
 * Context: may sleep. Takes init_mm's mmap_lock for reading, then each task's
 * lock.
 */
void mm_layout_check_linear(struct mm_layout_result *res)
{
	struct linear_walk w = { .res = res };
	unsigned long low_pfn;

	if (!mm_layout_ram_known()) {
		mm_layout_skip_check(res, MM_LAYOUT_CHECK_LINEAR,
				     "RAM cannot be told from holes");
		return;
	}
	mm_layout_arch_bounds(&w.bounds);
	w.linear = (struct mm_layout_linear) {
		.page_offset = w.bounds.page_offset,
		.image_start = w.bounds.image_start,
		.image_end = w.bounds.image_end,
		.ro_start = (unsigned long)_text,
		.ro_end = mm_layout_ro_end(),
		.global_ok = __default_kernel_pte_mask & _PAGE_GLOBAL,
		.free_unmapped = debug_pagealloc_enabled(),
		.soft_ok = IS_ENABLED(CONFIG_CPA_DEBUG),
	};
	w.boot_end_pfn = mm_layout_boot_end_pfn();

	low_pfn = min(mm_layout_low_pfn(), w.bounds.max_low_pfn);
	walk_pfns(&w, 0, low_pfn, MM_LAYOUT_LOW1M);
	mm_layout_walk_ram(low_pfn, w.bounds.max_low_pfn, walk_backing, &w);
	walk_linear(&w, w.bounds.high_memory, w.bounds.vmalloc_start,
		    MM_LAYOUT_BEYOND);
	check_mapped(&w, "max_pfn_mapped", max_pfn_mapped);
	check_mapped(&w, "max_low_pfn_mapped", max_low_pfn_mapped);
	check_objects(&w);
}
