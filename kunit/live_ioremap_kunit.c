// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests on the running kernel of 32-bit x86: ioremap() of real devices, and
 * areas of the test's own whose entries or bookkeeping it breaks, to see the
 * report.
 */
#include <linux/cpufeature.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/sizes.h>
#include <linux/vmalloc.h>

#include <asm/apicdef.h>
#include <asm/fixmap.h>
#include <asm/memtype.h>
#include <asm/mm_layout_debug.h>

#include "layout_kunit.h"

/* === Helpers === */

static struct mm_layout_entry entry_at(const void __iomem *p)
{
	struct mm_layout_entry e;

	mm_layout_read_entry((unsigned long)p, &e);
	return e;
}

static void iounmap_action(void *p)
{
	iounmap((void __iomem __force *)p);
}

static void __iomem *check_map(struct kunit *test, void __iomem *p)
{
	KUNIT_ASSERT_TRUE(test, p);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, iounmap_action,
							   (void __force *)p));
	return p;
}

/*
 * Where no device and no RAM is: below the window of the PCI root bus that firmware
 * uses, above RAM. Nobody reads or writes there.
 */
static phys_addr_t unused_from(struct kunit *test, phys_addr_t phys)
{
	phys_addr_t end = IS_ENABLED(CONFIG_X86_PAE) ? SZ_64G : 0xf0000000;

	/* With RAM above 4 GB, all frames below have a struct page. */
	phys = max(phys, round_up(PFN_PHYS(max_pfn), SZ_8M));
	for (; phys < end; phys += SZ_8M)
		if (region_intersects(phys, SZ_8M, IORESOURCE_MEM | IORESOURCE_BUSY,
				      IORES_DESC_NONE) == REGION_DISJOINT &&
		    !pfn_valid(PHYS_PFN(phys)))
			return phys;
	KUNIT_FAIL_AND_ABORT(test, "no unused physical address");
	return 0;
}

static phys_addr_t unused_phys(struct kunit *test)
{
	return unused_from(test, 0xa0000000);
}

static void expect_clean(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, mm_layout_patient_scan(MM_LAYOUT_CHECK_IOREMAP), 0UL);
	KUNIT_EXPECT_EQ(test, mm_layout_patient_scan(MM_LAYOUT_CHECK_VMALLOC), 0UL);
}

static pte_t read_pte(const void __iomem *p)
{
	unsigned int level;
	pte_t *ptep = lookup_address((unsigned long)p, &level);

	return ptep ? ptep_get_lockless(ptep) : __pte(0);
}

/* === Devices === */

/* An area of @size leads to @phys, uncached, has no pages, and is gone afterwards. */
static void check_ioremap(struct kunit *test, phys_addr_t phys, unsigned long size)
{
	void __iomem *p = ioremap(phys, size);
	struct mm_layout_entry first, last;

	KUNIT_ASSERT_TRUE(test, p);
	first = entry_at(p);
	last = entry_at(p + size - 1);
	KUNIT_EXPECT_EQ(test, first.pfn, (unsigned long)PHYS_PFN(phys));
	KUNIT_EXPECT_EQ(test, last.pfn, (unsigned long)PHYS_PFN(phys + size - 1));
	KUNIT_EXPECT_FALSE(test, first.flags & MM_LAYOUT_PTE_EXEC);
	expect_clean(test);
	iounmap(p);
	KUNIT_EXPECT_TRUE(test, entry_at(p).flags & MM_LAYOUT_PTE_NONE);
	KUNIT_EXPECT_TRUE(test, entry_at(p + size - 1).flags & MM_LAYOUT_PTE_NONE);
	expect_clean(test);
}

static void map_hpet(struct kunit *test)
{
	check_ioremap(test, 0xfed00000, PAGE_SIZE);
}

static void map_lapic(struct kunit *test)
{
	check_ioremap(test, APIC_DEFAULT_PHYS_BASE, PAGE_SIZE);
}

static void map_vga(struct kunit *test)
{
	check_ioremap(test, 0xa0000, SZ_128K);
}

/* Addresses need not be aligned, nor sizes. */
static void map_part(struct kunit *test)
{
	check_ioremap(test, unused_phys(test) + 0x123, 0x1000);
}

static void map_hole(struct kunit *test)
{
	check_ioremap(test, unused_phys(test), PAGE_SIZE);
	check_ioremap(test, unused_phys(test), SZ_4M + SZ_16K);
}

#ifdef CONFIG_X86_PAE
/* With PAE, a physical address is longer than a virtual one. */
static void map_beyond_4g(struct kunit *test)
{
	check_ioremap(test, unused_from(test, SZ_32G), PAGE_SIZE);
	check_ioremap(test, unused_from(test, SZ_32G) + 0x123, SZ_4M);
}
#endif

#define LARGE_TRIES	10

/*
 * With PAE, what is aligned and large enough gets large pages, but not where there
 * was a page table before: that is never freed.
 */
static void map_large(struct kunit *test)
{
	unsigned long leaf = IS_ENABLED(CONFIG_X86_PAE) ? PMD_SIZE : PAGE_SIZE;
	phys_addr_t phys = unused_phys(test);
	void __iomem *p;
	int i = 0;

	/* Write-through is where a large entry has its mode elsewhere than a small one. */
	do
		p = check_map(test, ioremap_wt(phys, SZ_8M - PAGE_SIZE));
	while (entry_at(p).leaf != leaf && ++i < LARGE_TRIES);
	KUNIT_EXPECT_EQ(test, entry_at(p).leaf, leaf);
	KUNIT_EXPECT_EQ(test, entry_at(p).cache, (unsigned int)_PAGE_CACHE_MODE_WT);
	KUNIT_EXPECT_EQ(test, entry_at(p + SZ_8M - 2 * PAGE_SIZE).leaf, PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, entry_at(p + PMD_SIZE + PAGE_SIZE).pfn,
			(unsigned long)PHYS_PFN(phys + PMD_SIZE + PAGE_SIZE));
	expect_clean(test);
}

static void check_mode(struct kunit *test, void __iomem *p,
		       enum page_cache_mode mode)
{
	unsigned int reserved;

	check_map(test, p);
	KUNIT_EXPECT_EQ(test, entry_at(p).cache, (unsigned int)mode);
	KUNIT_ASSERT_TRUE_MSG(test,
			      mm_layout_arch_memtype(entry_at(p).pfn, &reserved),
			      "the processor has no PAT");
	KUNIT_EXPECT_EQ(test, reserved, (unsigned int)mode);
	expect_clean(test);
}

static void cache_modes(struct kunit *test)
{
	phys_addr_t phys = unused_phys(test);

	check_mode(test, ioremap(phys, PAGE_SIZE), _PAGE_CACHE_MODE_UC_MINUS);
	check_mode(test, ioremap_uc(phys + SZ_64K, PAGE_SIZE), _PAGE_CACHE_MODE_UC);
	check_mode(test, ioremap_wc(phys + SZ_128K, PAGE_SIZE), _PAGE_CACHE_MODE_WC);
}

/* RAM that the kernel uses is refused, with a warning. */
static void ram_refused(struct kunit *test)
{
	struct page *page = mm_layout_test_page(test);

	kunit_warning_suppress(test) {
		KUNIT_EXPECT_FALSE(test, ioremap(page_to_phys(page), PAGE_SIZE));
		KUNIT_EXPECT_SUPPRESSED_WARNING_COUNT(test, 1);
	}
	expect_clean(test);
}

/* === Victims === */

struct victim {
	void __iomem *p;
	unsigned long addr;
	struct vm_struct *vm;
};

static struct victim victim(struct kunit *test)
{
	struct victim v;

	v.p = check_map(test, ioremap(unused_phys(test), 2 * PAGE_SIZE));
	v.addr = (unsigned long)v.p;
	v.vm = find_vm_area((void __force *)v.p);
	KUNIT_ASSERT_NOT_NULL(test, v.vm);
	return v;
}

static void wrong_phys(struct kunit *test)
{
	struct victim v = victim(test);
	unsigned long pfn = PHYS_PFN(v.vm->phys_addr);

	v.vm->phys_addr += PAGE_SIZE;
	mm_layout_expect_report(test, MM_LAYOUT_CHECK_IOREMAP,
				"ioremap-pfn: %#lx, 2 pages, maps pfn %#lx, expected pfn %#lx",
				v.addr, pfn, pfn + 1);
	v.vm->phys_addr -= PAGE_SIZE;
	expect_clean(test);
}

static void lost_entry(struct kunit *test)
{
	struct victim v = victim(test);
	pte_t old = mm_layout_swap_entry(test, v.addr + PAGE_SIZE, __pte(0));

	mm_layout_expect_report(test, MM_LAYOUT_CHECK_IOREMAP,
				"ioremap-pfn: %#lx, 1 pages, is not mapped",
				v.addr + PAGE_SIZE);
	mm_layout_swap_entry(test, v.addr + PAGE_SIZE, old);
	expect_clean(test);
}

/* The bookkeeping of the area and its entries agree, but it is RAM. */
static void ram_behind(struct kunit *test)
{
	struct victim v = victim(test);
	struct page *page = mm_layout_test_page(test);
	phys_addr_t phys = v.vm->phys_addr;
	pte_t old;

	old = mm_layout_swap_entry(test, v.addr,
				   pfn_pte(page_to_pfn(page),
					   pte_pgprot(read_pte(v.p))));
	v.vm->phys_addr = page_to_phys(page);
	mm_layout_expect_report(test, MM_LAYOUT_CHECK_IOREMAP,
				"ioremap-ram: %#lx maps pfn %#lx, RAM that the kernel uses",
				v.addr, page_to_pfn(page));
	v.vm->phys_addr = phys;
	mm_layout_swap_entry(test, v.addr, old);
	expect_clean(test);
}

static void wrong_mode(struct kunit *test)
{
	struct victim v = victim(test);
	pte_t old, pte = read_pte(v.p);
	unsigned int reserved;

	KUNIT_ASSERT_TRUE_MSG(test,
			      mm_layout_arch_memtype(pte_pfn(pte), &reserved),
			      "the processor has no PAT");
	old = mm_layout_swap_entry(test, v.addr, __pte(pte_val(pte) & ~(pteval_t)_PAGE_CACHE_MASK));
	mm_layout_expect_report(test, MM_LAYOUT_CHECK_IOREMAP,
				"ioremap-cache: %#lx, pfn %#lx, is write-back, but reserved is uncached-minus",
				v.addr, pte_pfn(pte));
	mm_layout_swap_entry(test, v.addr, old);
	expect_clean(test);
}

static void guard_mapped(struct kunit *test)
{
	struct victim v = victim(test);
	struct page *page = mm_layout_test_page(test);

	mm_layout_swap_entry(test, v.addr + 2 * PAGE_SIZE, mk_pte(page, PAGE_KERNEL));
	mm_layout_expect_report(test, MM_LAYOUT_CHECK_VMALLOC,
				"vmap-guard: %#lx, 1 pages, maps pfn %#lx",
				v.addr + 2 * PAGE_SIZE, page_to_pfn(page));
	mm_layout_swap_entry(test, v.addr + 2 * PAGE_SIZE, __pte(0));
	expect_clean(test);
}

static void user_entry(struct kunit *test)
{
	struct victim v = victim(test);
	pte_t old, pte = read_pte(v.p);

	old = mm_layout_swap_entry(test, v.addr, __pte(pte_val(pte) | _PAGE_USER));
	mm_layout_expect_report(test, MM_LAYOUT_CHECK_VMALLOC,
				"vmap-flags: %#lx, 1 pages, is open to user space",
				v.addr);
	mm_layout_swap_entry(test, v.addr, old);
	expect_clean(test);
}

#ifdef CONFIG_X86_PAE
static void no_nx(struct kunit *test)
{
	struct victim v = victim(test);
	pte_t old, pte = read_pte(v.p);

	if (!(__supported_pte_mask & _PAGE_NX))
		kunit_skip(test, "NX is not in use");
	old = mm_layout_swap_entry(test, v.addr, __pte(pte_val(pte) & ~_PAGE_NX));
	/* A driver may have asked for that later, as EFI does. */
	expect_clean(test);
	mm_layout_hooks_init(test);
	mm_layout_vmap_phys(v.addr, v.addr + PAGE_SIZE, v.vm->phys_addr);
	mm_layout_expect_told(test, ", 1 pages, is executable");
	mm_layout_hooks_exit(test);
	mm_layout_swap_entry(test, v.addr, old);
	expect_clean(test);
}
#endif

/* Two pages that nobody uses separate the vmalloc range from what follows. */
static void mapped_beyond(struct kunit *test)
{
	struct page *page = mm_layout_test_page(test);

	mm_layout_swap_entry(test, VMALLOC_END, mk_pte(page, PAGE_KERNEL));
	mm_layout_expect_report(test, MM_LAYOUT_CHECK_VMALLOC,
				"vmap-stray: %#lx, 1 pages, maps pfn %#lx, but is behind the vmalloc range",
		      VMALLOC_END, page_to_pfn(page));
	mm_layout_swap_entry(test, VMALLOC_END, __pte(0));
	expect_clean(test);
}

static void early_slot(struct kunit *test)
{
	unsigned long addr = fix_to_virt(FIX_BTMAP_BEGIN);
	struct page *page = mm_layout_test_page(test);

	mm_layout_swap_entry(test, addr, mk_pte(page, PAGE_KERNEL));
	mm_layout_expect_report(test, MM_LAYOUT_CHECK_IOREMAP,
				"ioremap-early: %#lx, 1 pages, maps pfn %#lx",
		      addr, page_to_pfn(page));
	mm_layout_swap_entry(test, addr, __pte(0));
	expect_clean(test);
}

/* === Hooks === */

static void hook_places(struct kunit *test)
{
	phys_addr_t phys = unused_phys(test);

	mm_layout_hooks_init(test);
	iounmap(ioremap(phys, SZ_4M + SZ_16K));
	KUNIT_EXPECT_GE(test, mm_layout_hook_count(MM_LAYOUT_HOOK_VMAP_PHYS), 1UL);
	KUNIT_EXPECT_GE(test, mm_layout_hook_count(MM_LAYOUT_HOOK_IOREMAP), 1UL);
	KUNIT_EXPECT_GE(test, mm_layout_hook_count(MM_LAYOUT_HOOK_VUNMAP), 1UL);
	mm_layout_expect_clean(test, MM_LAYOUT_CHECK_HOOKS);
	mm_layout_hooks_exit(test);
}

static void hook_phys(struct kunit *test)
{
	struct victim v = victim(test);

	mm_layout_hooks_init(test);
	mm_layout_vmap_phys(v.addr, v.addr + PAGE_SIZE, v.vm->phys_addr + PAGE_SIZE);
	mm_layout_expect_told(test, "BUG: mm_layout: ioremap-pfn: ");
	mm_layout_hooks_exit(test);
}

static void hook_mode(struct kunit *test)
{
	struct victim v = victim(test);
	pte_t old, pte = read_pte(v.p);

	old = mm_layout_swap_entry(test, v.addr, __pte(pte_val(pte) & ~(pteval_t)_PAGE_CACHE_MASK));
	mm_layout_hooks_init(test);
	mm_layout_ioremap(v.addr, PAGE_SIZE, v.vm->phys_addr);
	mm_layout_expect_told(test, " is write-back, but reserved is uncached-minus");
	mm_layout_hooks_exit(test);
	mm_layout_swap_entry(test, v.addr, old);
	expect_clean(test);
}

static struct kunit_case live_ioremap_cases[] = {
	KUNIT_CASE(map_hpet),
	KUNIT_CASE(map_lapic),
	KUNIT_CASE(map_vga),
	KUNIT_CASE(map_part),
	KUNIT_CASE(map_hole),
#ifdef CONFIG_X86_PAE
	KUNIT_CASE(map_beyond_4g),
#endif
	KUNIT_CASE(map_large),
	KUNIT_CASE(cache_modes),
	KUNIT_CASE(ram_refused),
	KUNIT_CASE(wrong_phys),
	KUNIT_CASE(lost_entry),
	KUNIT_CASE(ram_behind),
	KUNIT_CASE(wrong_mode),
	KUNIT_CASE(guard_mapped),
	KUNIT_CASE(user_entry),
#ifdef CONFIG_X86_PAE
	KUNIT_CASE(no_nx),
#endif
	KUNIT_CASE(mapped_beyond),
	KUNIT_CASE(early_slot),
	KUNIT_CASE(hook_places),
	KUNIT_CASE(hook_phys),
	KUNIT_CASE(hook_mode),
	{}
};

static struct kunit_suite live_ioremap_suite = {
	.name = "mm_layout_live_ioremap",
	.suite_init = mm_layout_console_init,
	.suite_exit = mm_layout_console_exit,
	.test_cases = live_ioremap_cases,
};

kunit_test_suite(live_ioremap_suite);
