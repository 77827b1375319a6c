// SPDX-License-Identifier: GPL-2.0
/*
 * The memory layout of 32-bit x86, for mm/layout_debug/. The upper regions hang
 * from FIXADDR_TOP, which reservetop= moves, the lower ones from high_memory:
 * nothing here is a constant.
 */
#define pr_fmt(fmt) "mm_layout: " fmt

#include <linux/efi.h>
#include <linux/highmem.h>
#include <linux/irqflags.h>
#include <linux/kexec.h>
#include <linux/memblock.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/mm_layout_debug.h>
#include <linux/mmap_lock.h>
#include <linux/pci.h>
#include <linux/percpu.h>
#include <linux/pgtable.h>
#include <linux/printk.h>

#include <asm/cpu_entry_area.h>
#include <asm/desc.h>
#include <asm/dma.h>
#include <asm/e820/types.h>
#include <asm/fixmap.h>
#include <asm/pgtable_areas.h>
#include <asm/sections.h>
#include <asm/set_memory.h>
#include <asm/setup.h>

#include <asm/mm_layout_debug.h>

#ifdef CONFIG_HIGHMEM

static void highmem_bounds(struct mm_layout_bounds *b)
{
	b->highmem = true;
	b->highstart_pfn = highstart_pfn;
	b->highend_pfn = highend_pfn;
	b->zone_end_pfn[ZONE_HIGHMEM] = max_pfn;
}

#else

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
	r += mm_layout_pkmap_region(r, 2 * PAGE_SIZE);
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
	/* There may be nothing to read there: tell what leads to it. */
	if (ptep && level == PG_LEVEL_4K &&
	    !mm_layout_pmd_leads_to_table(*pmd_off_k(addr))) {
		ptep = (pte_t *)pmd_off_k(addr);
		level = PG_LEVEL_2M;
	}
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
	return good ? MM_LAYOUT_UNKNOWN : pfn;
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

#ifdef CONFIG_PCI_BIOS
static bool in_pci_bios(unsigned long addr)
{
	return pcibios_enabled && addr >= PAGE_OFFSET + BIOS_BEGIN &&
	       addr < PAGE_OFFSET + BIOS_END;
}
#else
static bool in_pci_bios(unsigned long addr)
{
	return false;
}
#endif

#ifdef CONFIG_KEXEC_CORE
/* The page that copies the next kernel to its place writes to itself. */
static bool may_be_kexec(const struct page *page)
{
	return page && (READ_ONCE(kexec_image) || READ_ONCE(kexec_crash_image)) &&
	       page_count(page);
}
#else
static bool may_be_kexec(const struct page *page)
{
	return false;
}
#endif

/*
 * Before mark_rodata_ro() the image is both, and all that shares a large page with it,
 * see kernel_physical_mapping_init().
 */
static bool in_open_image(unsigned long addr)
{
	return !kernel_set_to_readonly &&
	       addr >= ALIGN_DOWN((unsigned long)_text, PMD_SIZE) &&
	       addr < ALIGN((unsigned long)_end, PMD_SIZE);
}

/**
 * mm_layout_wx_ok - may the kernel write to what is executable here?
 * @addr: a kernel address
 * @pfn: frame that it leads to
 *
 * Return: true for code of the firmware or of kexec, and for the kernel's while it boots.
 */
bool mm_layout_wx_ok(unsigned long addr, unsigned long pfn)
{
	const struct page *page = pfn_valid(pfn) ? pfn_to_page(pfn) : NULL;

	if (in_pci_bios(addr) || in_open_image(addr))
		return true;
	/* See efi_runtime_update_mappings(). */
	if (efi_enabled(EFI_RUNTIME_SERVICES) && (!page || PageReserved(page)) &&
	    !(addr >= (unsigned long)_text && addr < (unsigned long)_end))
		return true;
	return may_be_kexec(page);
}

/* The list above has all but user space. */
bool mm_layout_arch_regions_complete(void)
{
	return true;
}

/* The slots take turns in one page table, see early_ioremap_init(). */
bool mm_layout_arch_early_ioremap(unsigned long *start, unsigned long *end)
{
	*start = fix_to_virt(FIX_BTMAP_BEGIN);
	*end = fix_to_virt(FIX_BTMAP_END) + PAGE_SIZE;
	return true;
}

/* === Fixed mappings === */

DECLARE_PER_CPU_PAGE_ALIGNED(struct doublefault_stack, doublefault_stack);

struct fixed_list {
	mm_layout_fixed_fn fn;
	void *arg;
};

static void tell_empty(const struct fixed_list *l, const char *name, int nr,
		       unsigned long start, unsigned long end)
{
	const struct mm_layout_fixed_slot slot = {
		.name = name,
		.nr = nr,
		.start = start,
		.end = end,
		.kind = MM_LAYOUT_SLOT_EMPTY,
	};

	if (start != end)
		l->fn(&slot, l->arg);
}

/* Slots from @first to @last. Higher numbers are at lower addresses. */
static void tell_device(const struct fixed_list *l, const char *name,
			unsigned int first, unsigned int last)
{
	const struct mm_layout_fixed_slot slot = {
		.name = name,
		.nr = -1,
		.start = __fix_to_virt(last),
		.end = __fix_to_virt(first) + PAGE_SIZE,
		.kind = MM_LAYOUT_SLOT_DEVICE,
	};

	l->fn(&slot, l->arg);
}

static void tell_page(const struct fixed_list *l, const char *name, int nr,
		      void *addr, unsigned long size, phys_addr_t phys)
{
	const struct mm_layout_fixed_slot slot = {
		.name = name,
		.nr = nr,
		.start = (unsigned long)addr,
		.end = (unsigned long)addr + size,
		.kind = MM_LAYOUT_SLOT_PAGE,
		.phys = phys,
		.phys_known = phys,
	};

	l->fn(&slot, l->arg);
}

#ifdef CONFIG_X86_LOCAL_APIC
static void tell_apic(const struct fixed_list *l)
{
	tell_device(l, "the fixmap slot of the local APIC", FIX_APIC_BASE,
		    FIX_APIC_BASE);
}
#else
static void tell_apic(const struct fixed_list *l) { }
#endif

/* Where there is no I/O APIC, a reserved page stands in, see io_apic_init_mappings(). */
#ifdef CONFIG_X86_IO_APIC
static void tell_io_apics(const struct fixed_list *l)
{
	tell_device(l, "a fixmap slot of an I/O APIC", FIX_IO_APIC_BASE_0,
		    FIX_IO_APIC_BASE_END);
}
#else
static void tell_io_apics(const struct fixed_list *l) { }
#endif

#ifdef CONFIG_PCI_MMCONFIG
static void tell_mmconfig(const struct fixed_list *l)
{
	tell_device(l, "the fixmap slot of MMCONFIG", FIX_PCIE_MCFG, FIX_PCIE_MCFG);
}
#else
static void tell_mmconfig(const struct fixed_list *l) { }
#endif

static void tell_fixmap(const struct fixed_list *l)
{
	const unsigned long permanent_start =
		__fix_to_virt(__end_of_permanent_fixed_addresses - 1);

	/* The slot at FIXADDR_TOP, above which a hypervisor may be, see reservetop=. */
	tell_empty(l, "FIX_HOLE", -1, __fix_to_virt(FIX_HOLE),
		   __fix_to_virt(FIX_HOLE) + PAGE_SIZE);
	tell_device(l, "the fixmap slot of a debug port", FIX_DBGP_BASE, FIX_DBGP_BASE);
	/* Not that of an early console: it is write-back, and left to the MTRRs. */
	tell_apic(l);
	tell_io_apics(l);
	tell_mmconfig(l);
	/* The slots of early_ioremap() have an invariant of their own. */
	tell_empty(l, "the gap in the fixmap", -1,
		   __fix_to_virt(FIX_BTMAP_END) + PAGE_SIZE, permanent_start);
	tell_empty(l, "FIX_WP_TEST", -1, __fix_to_virt(FIX_WP_TEST),
		   __fix_to_virt(FIX_WP_TEST) + PAGE_SIZE);
}

/* Pages of unknown place are those that only arch/x86/mm/cpu_entry_area.c knows. */
static void tell_entry_area(const struct fixed_list *l, int cpu)
{
	struct cpu_entry_area *cea = get_cpu_entry_area(cpu);

	tell_page(l, "the GDT of CPU", cpu, cea->gdt, PAGE_SIZE,
		  get_cpu_gdt_paddr(cpu));
	tell_empty(l, "the guard of the entry stack of CPU", cpu,
		   (unsigned long)cea->guard_entry_stack,
		   (unsigned long)cea->guard_entry_stack + PAGE_SIZE);
	tell_page(l, "the entry stack of CPU", cpu, &cea->entry_stack_page,
		  sizeof(cea->entry_stack_page), 0);
	tell_empty(l, "the guard of the double fault stack of CPU", cpu,
		   (unsigned long)cea->guard_doublefault_stack,
		   (unsigned long)cea->guard_doublefault_stack + PAGE_SIZE);
	tell_page(l, "the double fault stack of CPU", cpu, &cea->doublefault_stack,
		  sizeof(cea->doublefault_stack),
		  per_cpu_ptr_to_phys(&per_cpu(doublefault_stack, cpu)));
	tell_page(l, "the TSS of CPU", cpu, &cea->tss, sizeof(cea->tss),
		  per_cpu_ptr_to_phys(&per_cpu(cpu_tss_rw, cpu)));
}

bool mm_layout_arch_fixed(mm_layout_fixed_fn fn, void *arg)
{
	const struct fixed_list l = { .fn = fn, .arg = arg };
	const struct mm_layout_fixed_slot idt = {
		.name = "the IDT",
		.nr = -1,
		.start = CPU_ENTRY_AREA_RO_IDT,
		.end = CPU_ENTRY_AREA_RO_IDT + PAGE_SIZE,
		.kind = MM_LAYOUT_SLOT_PAGE,
		.readonly = true,
	};
	int cpu;

	tell_fixmap(&l);
	fn(&idt, arg);
	for_each_possible_cpu(cpu)
		tell_entry_area(&l, cpu);
	return true;
}
