// SPDX-License-Identifier: GPL-2.0
/*
 * The memory layout of 32-bit x86, for mm/layout_debug/. The upper regions hang
 * from FIXADDR_TOP, which reservetop= moves, the lower ones from high_memory:
 * nothing here is a constant.
 */
#define pr_fmt(fmt) "mm_layout: " fmt

#include <linux/highmem.h>
#include <linux/irqflags.h>
#include <linux/memblock.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/mm_layout_debug.h>
#include <linux/mmap_lock.h>
#include <linux/pgtable.h>
#include <linux/printk.h>

#include <asm/cpu_entry_area.h>
#include <asm/dma.h>
#include <asm/fixmap.h>
#include <asm/pgtable_areas.h>
#include <asm/sections.h>
#include <asm/set_memory.h>
#include <asm/setup.h>

#include <asm/mm_layout_debug.h>

#ifdef CONFIG_HIGHMEM

static unsigned int pkmap_region(struct mm_layout_region *r)
{
	*r = (struct mm_layout_region) {
		.name = "pkmap",
		.start = PKMAP_BASE,
		.end = PKMAP_BASE + LAST_PKMAP * PAGE_SIZE,
		.min_gap = 2 * PAGE_SIZE,
		.align = PMD_SIZE,
		/* kmap() indexes one page table. */
		.max_size = PMD_SIZE,
	};
	return 1;
}

static void highmem_bounds(struct mm_layout_bounds *b)
{
	b->highmem = true;
	b->highstart_pfn = highstart_pfn;
	b->highend_pfn = highend_pfn;
	b->zone_end_pfn[ZONE_HIGHMEM] = max_pfn;
}

#else

static unsigned int pkmap_region(struct mm_layout_region *r)
{
	return 0;
}

static void highmem_bounds(struct mm_layout_bounds *b)
{
}

#endif /* CONFIG_HIGHMEM */

#ifdef CONFIG_ZONE_DMA
static void dma_bounds(struct mm_layout_bounds *b)
{
	b->zone_end_pfn[ZONE_DMA] = MAX_DMA_PFN;
}
#else
static void dma_bounds(struct mm_layout_bounds *b)
{
}
#endif

unsigned int mm_layout_arch_regions(struct mm_layout_region *regions)
{
	struct mm_layout_region *r = regions;

	*r++ = (struct mm_layout_region) {
		.name = "linear",
		.start = PAGE_OFFSET,
		.end = (unsigned long)high_memory,
	};
	*r++ = (struct mm_layout_region) {
		.name = "vmalloc",
		.start = VMALLOC_START,
		.end = VMALLOC_END,
		.min_gap = VMALLOC_OFFSET,
	};
	r += pkmap_region(r);
	*r++ = (struct mm_layout_region) {
		.name = "ldt",
		.start = LDT_BASE_ADDR,
		.end = LDT_END_ADDR,
		/* Without a kmap window the vmalloc range ends here. */
		.min_gap = IS_ENABLED(CONFIG_HIGHMEM) ? 0 : 2 * PAGE_SIZE,
		.align = PMD_SIZE,
		.max_size = PMD_SIZE,
	};
	*r++ = (struct mm_layout_region) {
		.name = "cpu_entry_area",
		.start = CPU_ENTRY_AREA_BASE,
		.end = CPU_ENTRY_AREA_BASE + CPU_ENTRY_AREA_MAP_SIZE,
		.align = PMD_SIZE,
	};
	*r++ = (struct mm_layout_region) {
		.name = "early_fixmap",
		.start = FIXADDR_TOT_START,
		.end = FIXADDR_START,
	};
	*r++ = (struct mm_layout_region) {
		.name = "fixmap",
		.start = FIXADDR_START,
		.end = FIXADDR_TOP,
	};
	return r - regions;
}

static void clear_in_hole(unsigned long start_pfn, unsigned long end_pfn,
			  bool ram, void *arg)
{
	bool *in_ram = arg;

	if (!ram)
		*in_ram = false;
}

static bool image_in_ram(void)
{
	bool in_ram = true;

	mm_layout_walk_ram(PFN_DOWN(__pa_symbol(_text)),
			   PFN_UP(__pa_symbol(_end)), clear_in_hole, &in_ram);
	return in_ram;
}

void mm_layout_arch_bounds(struct mm_layout_bounds *b)
{
	*b = (struct mm_layout_bounds) {
		.page_offset = PAGE_OFFSET,
		.high_memory = (unsigned long)high_memory,
		.vmalloc_start = VMALLOC_START,
		.vmalloc_end = VMALLOC_END,
		.modules_start = MODULES_VADDR,
		.modules_end = MODULES_END,
		.image_start = (unsigned long)_text,
		.image_end = (unsigned long)_end,
		.image_in_ram = image_in_ram(),
		/* The hole below the vmalloc range is part of the reserve. */
		.vmalloc_min = __VMALLOC_RESERVE - VMALLOC_OFFSET,
		.max_low_pfn = max_low_pfn,
		.max_pfn = max_pfn,
		.maxmem_pfn = MAXMEM_PFN,
		.max_arch_pfn = MAX_NONPAE_PFN,
	};
	b->zone_end_pfn[ZONE_NORMAL] = max_low_pfn;
	b->zone_end_pfn[ZONE_MOVABLE] = max_pfn;
	dma_bounds(b);
	highmem_bounds(b);
}

void mm_layout_arch_print_entry(unsigned long addr)
{
	unsigned int level;
	pte_t *ptep;
	pte_t pte;

	/* CPA frees page tables under the write lock. */
	mmap_read_lock(&init_mm);
	ptep = lookup_address(addr, &level);
	pte = ptep ? ptep_get_lockless(ptep) : __pte(0);
	mmap_read_unlock(&init_mm);
	pr_err("  entry: %#llx, level %u\n", (u64)pte_val(pte), level);
}

/* Not virt_to_page(), which walks the entry that may be wrong. */
struct page *mm_layout_arch_linear_page(unsigned long addr)
{
	if (addr < PAGE_OFFSET || addr >= (unsigned long)high_memory)
		return NULL;
	return pfn_to_online_page(PHYS_PFN(addr - PAGE_OFFSET));
}

/*
 * For how many frames does a page-table walk lead from the linear address of @pfn to
 * @pfn, writable, and so on? All that one entry maps.
 */
static unsigned long leads_to(unsigned long pfn)
{
	const unsigned int wanted = MM_LAYOUT_PTE_PRESENT | MM_LAYOUT_PTE_RW;
	unsigned long addr = PAGE_OFFSET + (pfn << PAGE_SHIFT), found, in_leaf = 0;
	unsigned int level;
	pte_t *ptep = lookup_address(addr, &level);
	pte_t pte = ptep ? ptep_get_lockless(ptep) : __pte(0);

	if (level == PG_LEVEL_4K) {
		found = pte_pfn(pte);
	} else {
		in_leaf = (addr & ~PMD_MASK) >> PAGE_SHIFT;
		found = pmd_pfn(__pmd(pte_val(pte))) + in_leaf;
	}
	if (found != pfn ||
	    (mm_layout_pte_flags(pte_val(pte)) & wanted) != wanted)
		return 0;
	return level == PG_LEVEL_4K ? 1 : PTRS_PER_PTE - in_leaf;
}

unsigned long mm_layout_arch_unmapped(unsigned long pfn, unsigned long nr)
{
	unsigned long flags, end = pfn + nr, good = 1;

	/*
	 * CPA flushes the TLB of this CPU before it frees a page table, so none
	 * is freed here. It may change an entry while it is looked up, but then
	 * waits, so that a second walk sees the new one.
	 */
	local_irq_save(flags);
	for (; pfn < end && good; pfn += good) {
		good = leads_to(pfn);
		if (!good)
			good = leads_to(pfn);
	}
	local_irq_restore(flags);
	return good ? 0 : pfn;
}

/**
 * mm_layout_boot_end_pfn - pfn behind what the boot code mapped
 *
 * mk_early_pgtbl_32() maps everything from 0 up to the end of the image plus
 * the page tables for lowmem, in units of a whole page table. setup_arch()
 * copies these entries to swapper_pg_dir, and only RAM is mapped anew.
 *
 * Return: the pfn.
 */
unsigned long mm_layout_boot_end_pfn(void)
{
	unsigned long limit = __pa_symbol(_end) +
			      (PAGE_TABLE_SIZE(LOWMEM_PAGES) << PAGE_SHIFT);

	return PFN_UP(ALIGN(limit, PMD_SIZE));
}

/**
 * mm_layout_ro_end - address behind what the kernel has of read-only data
 *
 * Text and read-only data are one range, see mark_rodata_ro().
 *
 * Return: the address, 0 as long as nothing is write-protected.
 */
unsigned long mm_layout_ro_end(void)
{
	if (!kernel_set_to_readonly)
		return 0;
	return ALIGN_DOWN((unsigned long)__end_rodata, PAGE_SIZE);
}

/* The slots take turns in one page table, see early_ioremap_init(). */
bool mm_layout_arch_early_ioremap(unsigned long *start, unsigned long *end)
{
	*start = fix_to_virt(FIX_BTMAP_BEGIN);
	*end = fix_to_virt(FIX_BTMAP_END) + PAGE_SIZE;
	return true;
}
