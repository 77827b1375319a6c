// SPDX-License-Identifier: GPL-2.0
/*
 * Asks the kernel what it takes addresses for, at the borders of all regions.
 */
#include <linux/highmem.h>
#include <linux/ioremap.h>
#include <linux/mm.h>
#include <linux/vmalloc.h>

#include "../layout.h"

struct address_walk {
	struct mm_layout_result *res;
	struct mm_layout_region regions[MM_LAYOUT_MAX_REGIONS];
	unsigned int nr;
};

#ifdef CONFIG_MM_LAYOUT_KMAP
#include <asm/fixmap.h>

/* Part of the fixmap: higher numbers are at lower addresses. */
static bool in_local_slots(unsigned long addr)
{
	return addr >= fix_to_virt(FIX_KMAP_END) &&
	       addr < fix_to_virt(FIX_KMAP_BEGIN) + PAGE_SIZE;
}

static unsigned int local_slots(struct mm_layout_region *r)
{
	*r = (struct mm_layout_region) {
		.name = "kmap_local",
		.start = fix_to_virt(FIX_KMAP_END),
		.end = fix_to_virt(FIX_KMAP_BEGIN) + PAGE_SIZE,
	};
	return 1;
}
#else
static bool in_local_slots(unsigned long addr)
{
	return false;
}

static unsigned int local_slots(struct mm_layout_region *r)
{
	return 0;
}
#endif

static const char *region_name(const struct address_walk *w, unsigned long addr)
{
	unsigned int i;

	if (in_local_slots(addr))
		return "kmap_local";
	for (i = 0; i < w->nr; i++)
		/* The last address is compared, since an end of 0 is that of all. */
		if (addr >= w->regions[i].start && addr <= w->regions[i].end - 1)
			return w->regions[i].name;
	return "a hole";
}

static void ask(const struct address_walk *w, const char *name,
		enum mm_layout_predicate_kind kind, unsigned long addr, bool answer,
		bool expected)
{
	const struct mm_layout_predicate p = {
		.name = name,
		.kind = kind,
		.addr = addr,
		.where = region_name(w, addr),
		.answer = answer,
		.expected = expected,
	};

	mm_layout_rules_predicate(&p, w->res);
}

static void check_address(const struct address_walk *w, unsigned long addr)
{
	const char *where = region_name(w, addr);
	bool linear = !strcmp(where, "linear"), vmalloc = !strcmp(where, "vmalloc");
	bool kmap = !strcmp(where, "pkmap") || !strcmp(where, "kmap_local");

	/* A hole of the linear map may have no struct pages. */
	if (linear && !mm_layout_arch_linear_page(addr))
		return;
	ask(w, "virt_addr_valid()", MM_LAYOUT_SAYS_LINEAR, addr,
	    virt_addr_valid((void *)addr), linear);
	ask(w, "is_vmalloc_addr()", MM_LAYOUT_SAYS_VMALLOC, addr,
	    is_vmalloc_addr((void *)addr), vmalloc);
	ask(w, "is_kmap_addr()", MM_LAYOUT_SAYS_KMAP, addr, is_kmap_addr((void *)addr),
	    kmap);
	if (IS_ENABLED(CONFIG_MM_LAYOUT_LINEAR))
		ask(w, "is_ioremap_addr()", MM_LAYOUT_SAYS_VMALLOC, addr,
		    is_ioremap_addr((void *)addr), vmalloc);
}

/* What is around a region is asked for only if it is known what that is. */
static void check_region(const struct address_walk *w,
			 const struct mm_layout_region *r)
{
	bool complete = mm_layout_arch_regions_complete();

	check_address(w, r->start);
	check_address(w, r->start + (r->end - r->start) / 2);
	check_address(w, r->end - 1);
	if (complete && r->start)
		check_address(w, r->start - 1);
	if (complete && r->end)
		check_address(w, r->end);
}

/**
 * mm_layout_check_address - check what the kernel says of addresses
 * @res: where violations go
 *
 * Context: any.
 */
void mm_layout_check_address(struct mm_layout_result *res)
{
	struct address_walk w = { .res = res };
	struct mm_layout_region slots;
	unsigned int i;

	w.nr = mm_layout_arch_regions(w.regions);
	for (i = 0; i < w.nr; i++)
		check_region(&w, &w.regions[i]);
	if (local_slots(&slots))
		check_region(&w, &slots);
}
