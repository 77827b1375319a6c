// SPDX-License-Identifier: GPL-2.0
/*
 * Reads ioremap areas: what they lead to, and how it is cached.
 */
#include <linux/mm.h>
#include <linux/mmiotrace.h>
#include <linux/percpu.h>
#include <linux/pfn.h>
#include <linux/vmalloc.h>

#include "../layout.h"

/* === RAM === */

struct io_walk {
	struct mm_layout_result *res;
	const struct mm_layout_mapping *m;
	struct mm_layout_io_pages pages;
};

static void io_pages_close(struct io_walk *w, unsigned long pfn)
{
	w->pages.end = w->m->start + ((pfn - w->m->pfn) << PAGE_SHIFT);
	if (w->pages.start < w->pages.end)
		mm_layout_rules_io_pages(&w->pages, w->res);
	w->pages.start = w->pages.end;
	w->pages.pfn = pfn;
}

/*
 * What was RAM at boot, and is not reserved, belongs to the page allocator. That is
 * what x86's ioremap() itself goes by.
 */
static void io_ram(unsigned long start_pfn, unsigned long end_pfn, bool ram,
		   void *arg)
{
	struct io_walk *w = arg;
	unsigned long pfn;

	io_pages_close(w, start_pfn);
	w->pages.used = false;
	for (pfn = start_pfn; ram && pfn < end_pfn; pfn++) {
		bool used = pfn_valid(pfn) &&
			    !mm_layout_page_reserved(pfn_to_page(pfn));

		if (used != w->pages.used)
			io_pages_close(w, pfn);
		w->pages.used = used;
	}
	io_pages_close(w, end_pfn);
}

static void check_ram(const struct mm_layout_mapping *m, struct mm_layout_result *res)
{
	struct io_walk w = {
		.res = res,
		.m = m,
		.pages = { .start = m->start, .pfn = m->pfn },
	};

	if (!IS_ENABLED(CONFIG_MM_LAYOUT_LINEAR) || !mm_layout_ram_known()) {
		mm_layout_skip(res, MM_LAYOUT_IOREMAP_RAM,
			       "RAM cannot be told from holes, or may be mapped");
		return;
	}
	mm_layout_walk_ram(m->pfn, m->pfn + ((m->end - m->start) >> PAGE_SHIFT),
			   io_ram, &w);
}

/* === Cache mode === */

/* One range of ioremap() is reserved as a whole: its first frame will do. */
static void compare_memtype(const struct mm_layout_mapping *m,
			    unsigned int reserved, struct mm_layout_result *res)
{
	const struct mm_layout_memtype t = {
		.start = m->start,
		.end = m->end,
		.pfn = m->pfn,
		.cache = m->cache,
		.reserved = reserved,
		.cache_name = mm_layout_arch_cache_name(m->cache),
		.reserved_name = mm_layout_arch_cache_name(reserved),
	};

	mm_layout_rules_memtype(&t, res);
}

static void check_memtype(const struct mm_layout_mapping *m,
			  struct mm_layout_result *res)
{
	unsigned int reserved;

	if (mm_layout_arch_memtype(m->pfn, &reserved))
		compare_memtype(m, reserved, res);
	else
		mm_layout_skip(res, MM_LAYOUT_IOREMAP_CACHE,
			       "cache modes are not reserved");
}

static void ioremap_run(const struct mm_layout_mapping *m,
			struct mm_layout_result *res)
{
	if (m->place != MM_LAYOUT_PLACE_PHYS)
		return;
	mm_layout_rules_ioremap(m, res);
	if (!(m->flags & MM_LAYOUT_PTE_PRESENT))
		return;
	check_ram(m, res);
	check_memtype(m, res);
}

/* === After boot === */

static void early_entry(const struct mm_layout_entry *e, void *arg)
{
	const struct mm_layout_mapping m =
		mm_layout_entry_mapping(e, MM_LAYOUT_PLACE_ANY);

	mm_layout_rules_early_ioremap(&m, arg);
}

static void check_early(struct mm_layout_result *res)
{
	unsigned long start, end;

	if (mm_layout_arch_early_ioremap(&start, &end))
		mm_layout_walk_entries(start, end, UINT_MAX, early_entry, res);
	else
		mm_layout_skip(res, MM_LAYOUT_IOREMAP_EARLY,
			       "the slots of early_ioremap() are not known");
}

/**
 * mm_layout_check_ioremap - check ioremap areas
 * @res: where violations go
 *
 * Context: process, sleeps.
 */
void mm_layout_check_ioremap(struct mm_layout_result *res)
{
	static const struct mm_layout_area_visit visit = {
		.kinds = BIT(MM_LAYOUT_AREA_IOREMAP),
		.area = mm_layout_rules_ioremap_area,
		.run = ioremap_run,
	};

	/* It takes entries away, and puts them back when there is an access. */
	if (is_kmmio_active()) {
		mm_layout_skip_check(res, MM_LAYOUT_CHECK_IOREMAP,
				     "accesses are traced by mmiotrace");
		return;
	}
	mm_layout_visit_areas(&visit, res);
	check_early(res);
}

/* === Hooks === */

struct phys_walk {
	unsigned long start;
	phys_addr_t phys;
	/* Look at the cache mode, which is @reserved, else at the frames. */
	bool cache;
	unsigned int reserved;
};

static void phys_entry(const struct mm_layout_entry *e, void *arg)
{
	const struct phys_walk *w = arg;
	struct mm_layout_mapping m =
		mm_layout_entry_mapping(e, MM_LAYOUT_PLACE_PHYS);

	m.recorded = PHYS_PFN(w->phys + (e->start - w->start));
	m.asked = true;
	if (!w->cache)
		mm_layout_rules_ioremap(&m, NULL);
	else if (e->flags & MM_LAYOUT_PTE_PRESENT)
		compare_memtype(&m, w->reserved, NULL);
}

void __mm_layout_vmap_phys(unsigned long start, unsigned long end,
			   phys_addr_t phys)
{
	struct phys_walk w = { .start = start, .phys = phys };

	this_cpu_inc(mm_layout_hook_events[MM_LAYOUT_HOOK_VMAP_PHYS]);
	mm_layout_walk_entries(start, end, UINT_MAX, phys_entry, &w);
}

void __mm_layout_ioremap(unsigned long start, unsigned long size,
			 phys_addr_t phys)
{
	struct phys_walk w = { .start = start, .phys = phys, .cache = true };

	if (!mm_layout_arch_memtype(PHYS_PFN(phys), &w.reserved))
		return;
	this_cpu_inc(mm_layout_hook_events[MM_LAYOUT_HOOK_IOREMAP]);
	mm_layout_walk_entries(start, start + size, UINT_MAX, phys_entry, &w);
}
