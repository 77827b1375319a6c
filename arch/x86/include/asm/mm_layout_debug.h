/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What mm/layout_debug/ has to know to walk the linear map of 32-bit x86.
 */
#ifndef _ASM_X86_MM_LAYOUT_DEBUG_H
#define _ASM_X86_MM_LAYOUT_DEBUG_H

#include <linux/cpufeature.h>
#include <linux/memblock.h>
#include <linux/mm_layout_debug.h>
#include <linux/pfn.h>
#include <linux/pgtable.h>

#include <asm/e820/api.h>
#include <asm/memtype.h>
#include <asm/page_types.h>
#include <asm/pgtable_areas.h>

/* The CPU sets these bits in an entry by itself. */
static inline pteval_t mm_layout_pte_volatile(void)
{
	return _PAGE_ACCESSED | _PAGE_DIRTY;
}

/* Flags of a PTE, or of a PMD that maps a large page, as MM_LAYOUT_PTE_*. */
static inline unsigned int mm_layout_pte_flags(pteval_t value)
{
	unsigned int flags = 0;

	if (!value)
		return MM_LAYOUT_PTE_NONE;
	if (value & _PAGE_PRESENT)
		flags |= MM_LAYOUT_PTE_PRESENT;
	if (value & _PAGE_RW)
		flags |= MM_LAYOUT_PTE_RW;
	if (value & _PAGE_USER)
		flags |= MM_LAYOUT_PTE_USER;
	if (value & _PAGE_GLOBAL)
		flags |= MM_LAYOUT_PTE_GLOBAL;
	/* The third one is _PAGE_KERNEL_4K, which set_memory_4k() sets. */
	if (value & (_PAGE_SOFTW1 | _PAGE_SOFTW2))
		flags |= MM_LAYOUT_PTE_SOFT;
	/* Without NX, all is executable, and nobody is to blame. */
	if (!(value & _PAGE_NX) && (__supported_pte_mask & _PAGE_NX))
		flags |= MM_LAYOUT_PTE_EXEC;
	if (value & _PAGE_NX & ~__supported_pte_mask)
		flags |= MM_LAYOUT_PTE_RESERVED;
	return flags;
}

static inline unsigned int mm_layout_pmd_flags(pmd_t pmd)
{
	return mm_layout_pte_flags(pmd_val(pmd));
}

/* What one entry of the level above PTEs maps, and that entry. */
#define MM_LAYOUT_LEAF_SIZE	PMD_SIZE

static inline pmd_t mm_layout_pmd_entry(pmd_t *pmdp, unsigned long addr)
{
	return pmdp_get_lockless(pmdp);
}

static inline bool mm_layout_has_nx(void)
{
	return __supported_pte_mask & _PAGE_NX;
}

/* The frame in an entry of any level: all have it at the same place. */
static inline unsigned long mm_layout_raw_pfn(u64 raw)
{
	return (raw & PTE_PFN_MASK) >> PAGE_SHIFT;
}

/* Cache mode of a PTE, or of a PMD that maps a large page. */
static inline unsigned int mm_layout_pte_cache(pteval_t value, bool large)
{
	/* In a large page, a bit of the mode is where frames have one. */
	pgprotval_t prot = large ? protval_large_2_4k(value) : value;

	return pgprot2cachemode(__pgprot(prot & PTE_FLAGS_MASK));
}

/* Frame of the page table that a PMD leads to. */
static inline unsigned long mm_layout_pmd_table_pfn(pmd_t pmd)
{
	return (pmd_val(pmd) & PTE_PFN_MASK) >> PAGE_SHIFT;
}

/* A frame in highmem has no address, nor has one in a hole of lowmem. */
static inline bool mm_layout_has_table(unsigned long pfn)
{
	return pfn < max_low_pfn && pfn_range_is_mapped(pfn, pfn + 1);
}

/*
 * Of what is present and no large page. Not pmd_bad(): it says so of what PTI shares with
 * user mode, which is global.
 */
static inline bool mm_layout_pmd_leads_to_table(pmd_t pmd)
{
	return mm_layout_has_table(mm_layout_pmd_table_pfn(pmd));
}

/* Frame of a large page, aligned or not: pmd_pfn() would hide it. */
static inline unsigned long mm_layout_pmd_leaf_pfn(pmd_t pmd)
{
	return (pmd_val(pmd) & PTE_PFN_MASK & ~(pmdval_t)_PAGE_PAT_LARGE) >> PAGE_SHIFT;
}

/*
 * The same as an address, NULL if there is none. For a hook, which the kernel pays for,
 * and which only comes where the kernel has just been.
 */
static inline pte_t *mm_layout_pmd_table(pmd_t pmd)
{
	if ((pmd_val(pmd) & (_PAGE_PRESENT | _PAGE_PSE)) != _PAGE_PRESENT)
		return NULL;
	return __va((unsigned long)pmd_val(pmd) & PAGE_MASK);
}

/* An entry that maps frame 0. */
static inline pteval_t mm_layout_pte_base(pgprot_t prot)
{
	return pgprot_val(prot) & __supported_pte_mask;
}

/* Frames below are mapped whether they are RAM or not, see init_mem_mapping(). */
static inline unsigned long mm_layout_low_pfn(void)
{
	return PFN_DOWN(ISA_END_ADDRESS);
}

/* Is all of the range recorded as mapped? */
static inline bool mm_layout_arch_tracked(unsigned long start_pfn,
					  unsigned long end_pfn)
{
	return pfn_range_is_mapped(start_pfn, end_pfn);
}

/* The CPU reads an entry of a page directory, and sets bits of it, as others. */
static inline u64 mm_layout_dir_value(pmd_t pmd)
{
	return pmd_val(pmd) & ~mm_layout_pte_volatile();
}

#ifdef CONFIG_MITIGATION_PAGE_TABLE_ISOLATION
/* The page directory that a task uses in user mode, NULL if it has no other. */
static inline pgd_t *mm_layout_user_pgd(pgd_t *pgd)
{
	return boot_cpu_has(X86_FEATURE_PTI) ? kernel_to_user_pgdp(pgd) : NULL;
}
#else
static inline pgd_t *mm_layout_user_pgd(pgd_t *pgd)
{
	return NULL;
}
#endif

/* With PTI, each process has its own LDT there, see map_ldt_struct(). */
static inline bool mm_layout_dir_private(unsigned long addr)
{
	return addr >= LDT_BASE_ADDR && addr < LDT_END_ADDR;
}

bool mm_layout_wx_ok(unsigned long addr, unsigned long pfn);
unsigned int mm_layout_page_cache(const struct page *page);
unsigned long mm_layout_boot_end_pfn(void);
unsigned long mm_layout_ro_end(void);

#endif /* _ASM_X86_MM_LAYOUT_DEBUG_H */
