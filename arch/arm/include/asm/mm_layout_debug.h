/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What mm/layout_debug/ has to know of page-table entries on 32-bit arm.
 */
#ifndef __ASM_ARM_MM_LAYOUT_DEBUG_H
#define __ASM_ARM_MM_LAYOUT_DEBUG_H

#include <linux/pgtable.h>

/* These bits of an entry change while it is in use. */
static inline pteval_t mm_layout_pte_volatile(void)
{
	return L_PTE_YOUNG | L_PTE_DIRTY;
}

#endif /* __ASM_ARM_MM_LAYOUT_DEBUG_H */
