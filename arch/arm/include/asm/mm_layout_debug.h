/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What mm/layout_debug/ has to know of page-table entries on 32-bit arm.
 */
#ifndef __ASM_ARM_MM_LAYOUT_DEBUG_H
#define __ASM_ARM_MM_LAYOUT_DEBUG_H

#include <linux/mm_layout_debug.h>
#include <linux/pfn.h>
#include <linux/pgtable.h>

#include <asm/memory.h>

#ifdef CONFIG_ARM_LPAE
/* Write protection of the hardware's, which follows that of Linux and L_PTE_DIRTY. */
#define MM_LAYOUT_PTE_FOLLOWS	PTE_AP2
#else
#define MM_LAYOUT_PTE_FOLLOWS	0
#endif

/* These bits of an entry change while it is in use. */
static inline pteval_t mm_layout_pte_volatile(void)
{
	return L_PTE_YOUNG | L_PTE_DIRTY | MM_LAYOUT_PTE_FOLLOWS;
}

/* Flags of a PTE, as MM_LAYOUT_PTE_*. */
static inline unsigned int mm_layout_pte_flags(pteval_t value)
{
	unsigned int flags = 0;

	if (!value)
		return MM_LAYOUT_PTE_NONE;
	if (value & L_PTE_VALID)
		flags |= MM_LAYOUT_PTE_PRESENT;
	if (!(value & L_PTE_RDONLY))
		flags |= MM_LAYOUT_PTE_RW;
	if (value & L_PTE_USER)
		flags |= MM_LAYOUT_PTE_USER;
	if (!(value & L_PTE_XN))
		flags |= MM_LAYOUT_PTE_EXEC;
	return flags;
}

/* What one entry of the level above PTEs maps. */
#define MM_LAYOUT_LEAF_SIZE	SECTION_SIZE

#ifdef CONFIG_ARM_LPAE

static inline pmd_t mm_layout_pmd_entry(pmd_t *pmdp, unsigned long addr)
{
	return pmdp_get_lockless(pmdp);
}

static inline bool mm_layout_section_writable(pmd_t pmd)
{
	return !(pmd_val(pmd) & PMD_SECT_AP2);
}

static inline bool mm_layout_section_user(pmd_t pmd)
{
	return pmd_val(pmd) & PMD_SECT_AP1;
}

#else

/* A pmd_t stands for two entries of the hardware's, each for a section of 1 MB. */
static inline pmd_t mm_layout_pmd_entry(pmd_t *pmdp, unsigned long addr)
{
	return READ_ONCE(pmdp[!!(addr & SECTION_SIZE)]);
}

static inline bool mm_layout_section_writable(pmd_t pmd)
{
	return (pmd_val(pmd) & PMD_SECT_AP_WRITE) && !(pmd_val(pmd) & PMD_SECT_APX);
}

static inline bool mm_layout_section_user(pmd_t pmd)
{
	return pmd_val(pmd) & PMD_SECT_AP_READ;
}

#endif /* CONFIG_ARM_LPAE */

/* Flags of a section. */
static inline unsigned int mm_layout_pmd_flags(pmd_t pmd)
{
	unsigned int flags = MM_LAYOUT_PTE_PRESENT;

	if (mm_layout_section_writable(pmd))
		flags |= MM_LAYOUT_PTE_RW;
	if (mm_layout_section_user(pmd))
		flags |= MM_LAYOUT_PTE_USER;
	if (!(pmd_val(pmd) & PMD_SECT_XN))
		flags |= MM_LAYOUT_PTE_EXEC;
	return flags;
}

/* Frames that map_kernel() maps for the image, in whole sections, RAM or not. */
static inline void mm_layout_image_pfns(unsigned long *start, unsigned long *end)
{
	*start = PHYS_PFN(kernel_sec_start);
	*end = PHYS_PFN(kernel_sec_end);
}

/* Cache modes are not compared here. */
static inline unsigned int mm_layout_pte_cache(pteval_t value, bool large)
{
	return 0;
}

static inline bool mm_layout_has_nx(void)
{
	return true;
}

/* The frame in an entry of any level that leads to a table. */
static inline unsigned long mm_layout_raw_pfn(u64 raw)
{
	return (raw & PHYS_MASK) >> PAGE_SHIFT;
}

static inline unsigned long mm_layout_pmd_table_pfn(pmd_t pmd)
{
	return mm_layout_raw_pfn(pmd_val(pmd));
}

bool mm_layout_has_table(unsigned long pfn);
bool mm_layout_pmd_leads_to_table(pmd_t pmd);

/* First frame of a section; attributes are above the lowest 12 bits, too. */
static inline unsigned long mm_layout_pmd_leaf_pfn(pmd_t pmd)
{
	return PHYS_PFN(pmd_val(pmd) & PHYS_MASK & SECTION_MASK);
}

#endif /* __ASM_ARM_MM_LAYOUT_DEBUG_H */
