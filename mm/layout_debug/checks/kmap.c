// SPDX-License-Identifier: GPL-2.0
/*
 * Reads the kmap window and the slots of kmap_local_page(): entries against counts,
 * addresses of pages, and what tasks have recorded.
 */
#include <linux/cpu.h>
#include <linux/highmem.h>
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/smp.h>

#include <asm/fixmap.h>
#include <asm/mm_layout_debug.h>

#include "../layout.h"

static void check_slot(unsigned long addr, const pte_t *ptep,
		       struct mm_layout_result *res)
{
	const struct mm_layout_slot s = {
		.addr = addr,
		.entry = (unsigned long)ptep,
		.walked = (unsigned long)virt_to_kpte(addr),
	};

	mm_layout_rules_slot(&s, res);
}

/* === The kmap window === */

static void read_kmap(unsigned int nr, const struct mm_layout_raw_kmap *raw,
		      struct mm_layout_kmap *k)
{
	unsigned long recorded;

	*k = (struct mm_layout_kmap) {
		.addr = PKMAP_ADDR(nr),
		.count = raw->count,
		.flags = mm_layout_entry_flags(raw->pte),
		.highmem = raw->highmem,
		.address = (unsigned long)raw->virtual,
	};
	if (k->flags & MM_LAYOUT_PTE_NONE)
		return;
	k->pfn = pte_pfn(raw->pte);
	if (raw->highmem)
		k->wanted = mm_layout_wanted_flags(pfn_to_page(k->pfn), kmap_prot);
	if (raw->recorded && mm_layout_page_pfn(raw->recorded, &recorded))
		k->recorded = recorded;
}

static void check_window(struct mm_layout_result *res)
{
	struct mm_layout_raw_kmap raw;
	struct mm_layout_kmap k;
	unsigned int nr;

	for (nr = 0; nr < LAST_PKMAP; nr++) {
		mm_layout_read_kmap(nr, &raw);
		check_slot(PKMAP_ADDR(nr), raw.ptep, res);
		read_kmap(nr, &raw, &k);
		mm_layout_rules_kmap(&k, res);
		cond_resched();
	}
}

/* === Slots of kmap_local_page() === */

static u64 value_of(pte_t pte)
{
	return pte_val(pte) & ~mm_layout_pte_volatile();
}

/* Scans are serialised, and look at one CPU after the other. */
static struct mm_layout_raw_local local;

/*
 * An interrupt that the CPU has taken may have come between two steps: a slot is taken
 * before it is mapped, and cleared before it is given back. When a task goes on, others
 * may interrupt it before its slots are mapped again. A second look tells.
 */
static void read_running(void *unused)
{
	mm_layout_read_local(smp_processor_id(), true, &local);
}

static void check_cpu(unsigned int cpu, struct mm_layout_result *res)
{
	struct mm_layout_local l = { .cpu = cpu };
	unsigned int i;

	for (i = 0; i < KM_MAX_IDX; i++) {
		l.addr = __fix_to_virt(FIX_KMAP_BEGIN + KM_MAX_IDX * cpu + i);
		/* The first, and every other one after it, see kmap_local_idx_push(). */
		l.guard = IS_ENABLED(CONFIG_DEBUG_KMAP_LOCAL) && !(i & 1);
		l.used = i < local.depth && !l.guard;
		l.value = value_of(local.pte[i]);
		l.recorded = value_of(local.recorded[i]);
		check_slot(l.addr, local.ptep[i], res);
		mm_layout_rules_local(&l, res);
	}
}

static void check_local(struct mm_layout_result *res)
{
	unsigned int cpu;

	for (cpu = 0; cpu < nr_cpu_ids; cpu++) {
		cpus_read_lock();
		/* The slots of a CPU that is not there are never used. */
		if (!cpu_online(cpu) ||
		    smp_call_function_single(cpu, read_running, NULL, true))
			mm_layout_read_local(cpu, false, &local);
		cpus_read_unlock();
		check_cpu(cpu, res);
	}
}

/**
 * mm_layout_check_kmap - check the kmap window and the slots of kmap_local_page()
 * @res: where violations go
 *
 * Context: process, sleeps. Takes the lock of the kmap window for each slot, then that
 * of a bucket of page_address(), and interrupts each CPU.
 */
void mm_layout_check_kmap(struct mm_layout_result *res)
{
	check_window(res);
	check_local(res);
}

/**
 * mm_layout_show_kmap - print how much of the kmap window is in use
 * @m: where to
 *
 * A slot is idle when it is mapped, but nobody uses it, and leaked when its page was
 * freed while somebody did.
 */
void mm_layout_show_kmap(struct seq_file *m)
{
	unsigned int nr, used = 0, idle = 0, leaked = 0;
	struct mm_layout_raw_kmap raw;
	unsigned long users = 0;

	for (nr = 0; nr < LAST_PKMAP; nr++) {
		mm_layout_read_kmap(nr, &raw);
		if (raw.count == 1)
			idle++;
		if (raw.count <= 1)
			continue;
		used++;
		users += raw.count - 1;
		if (raw.highmem && mm_layout_page_state(pte_page(raw.pte)) ==
				   MM_LAYOUT_PAGE_FREE)
			leaked++;
	}
	seq_printf(m, "kmap used %u users %lu idle %u free %u leaked %u\n", used,
		   users, idle, LAST_PKMAP - used - idle, leaked);
}

/* === Hooks === */

void __mm_layout_kmap(struct page *page, unsigned long addr, pte_t *ptep,
		      int count)
{
	pte_t pte = ptep_get(ptep);
	const struct mm_layout_kmap k = {
		.addr = addr,
		.count = count,
		.flags = mm_layout_entry_flags(pte),
		.wanted = mm_layout_wanted_flags(page, kmap_prot),
		.pfn = pte_pfn(pte),
		.highmem = true,
		.address = addr,
		.recorded = page_to_pfn(page),
	};

	this_cpu_inc(mm_layout_hook_events[MM_LAYOUT_HOOK_KMAP]);
	mm_layout_rules_kmap(&k, NULL);
}

void __mm_layout_kmap_local(unsigned long addr, pte_t *ptep, pte_t wanted)
{
	struct mm_layout_local l = {
		.addr = addr,
		.cpu = smp_processor_id(),
		.used = !pte_none(wanted),
		.value = value_of(ptep_get(ptep)),
		.recorded = value_of(wanted),
	};

	this_cpu_inc(mm_layout_hook_events[MM_LAYOUT_HOOK_LOCAL]);
	mm_layout_rules_local(&l, NULL);
}
