// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests on the running kernel of 32-bit x86: the test changes page-table
 * entries that nobody uses meanwhile, of pages that it owns or in the hole
 * behind the linear map, and reads the report on the console.
 */
#include <linux/cpufeature.h>
#include <linux/gfp.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/set_memory.h>

#include <asm/e820/api.h>
#include <asm/page_types.h>
#include <asm/pgtable_types.h>
#include <asm/set_memory.h>

#include "layout_kunit.h"

static unsigned long scan_linear(void)
{
	mm_layout_console_reset();
	return mm_layout_scan("", MM_LAYOUT_CHECK_LINEAR);
}

static void expect_report(struct kunit *test, const char *invariant,
			  unsigned long addr, const char *found)
{
	char text[MM_LAYOUT_WHAT_LEN];

	KUNIT_EXPECT_EQ(test, scan_linear(), 1UL);
	scnprintf(text, sizeof(text), "BUG: mm_layout: %s: %#lx, %s", invariant,
		  addr, found);
	KUNIT_EXPECT_TRUE_MSG(test, mm_layout_console_saw(text), "not seen: %s",
			      text);
	KUNIT_EXPECT_TRUE(test, mm_layout_console_saw("mm_layout:   entry: 0x"));
	KUNIT_EXPECT_TRUE(test, mm_layout_console_saw("mm_layout: scan FAILED"));
}

static void expect_clean(struct kunit *test)
{
	mm_layout_console_reset();
	KUNIT_EXPECT_EQ(test, mm_layout_patient_scan(MM_LAYOUT_CHECK_LINEAR), 0UL);
	KUNIT_EXPECT_TRUE(test, mm_layout_console_saw("mm_layout: scan passed"));
}

/* set_memory_4k() leaves a mark that would keep CPA from large pages here. */
static void free_victim(void *addr)
{
	unsigned int level;
	pte_t *ptep = lookup_address((unsigned long)addr, &level);

	if (ptep && level == PG_LEVEL_4K)
		set_pte(ptep, __pte(pte_val(*ptep) & ~_PAGE_KERNEL_4K));
	free_page((unsigned long)addr);
}

/* A page of the test's own that is mapped by an entry of its own. */
static unsigned long victim(struct kunit *test, pte_t **ptep)
{
	unsigned long addr = __get_free_page(GFP_KERNEL);
	unsigned int level;

	KUNIT_ASSERT_NE(test, addr, 0UL);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, free_victim,
							   (void *)addr));
	KUNIT_ASSERT_EQ(test, set_memory_4k(addr, 1), 0);
	*ptep = lookup_address(addr, &level);
	KUNIT_ASSERT_NOT_NULL(test, *ptep);
	KUNIT_ASSERT_EQ(test, level, (unsigned int)PG_LEVEL_4K);
	return addr;
}

static void wrong_frame(struct kunit *test)
{
	pte_t *ptep;
	unsigned long addr = victim(test, &ptep);
	unsigned long pfn = PHYS_PFN(__pa(addr));
	pte_t old = *ptep;
	char text[64];

	set_pte(ptep, pfn_pte(pfn + 1, pte_pgprot(old)));
	scnprintf(text, sizeof(text), "1 pages, maps pfn %#lx, expected %#lx",
		  pfn + 1, pfn);
	expect_report(test, "linear-pfn", addr, text);
	set_pte(ptep, old);
	expect_clean(test);
}

/* The last frame there is has no struct page, which other checks of the entry must know. */
static void frame_without_page(struct kunit *test)
{
	unsigned long pfn = PHYS_PFN(min_t(u64, BIT_ULL(boot_cpu_data.x86_phys_bits) - 1,
					   PHYS_ADDR_MAX));
	pte_t *ptep;
	unsigned long addr = victim(test, &ptep);
	pte_t old = *ptep;
	char text[64];

	KUNIT_ASSERT_FALSE(test, pfn_valid(pfn));
	set_pte(ptep, pfn_pte(pfn, pte_pgprot(old)));
	scnprintf(text, sizeof(text), "1 pages, maps pfn %#lx, expected ", pfn);
	expect_report(test, "linear-pfn", addr, text);
	KUNIT_EXPECT_EQ(test, mm_layout_patient_scan(MM_LAYOUT_CHECK_PROT), 0UL);
	set_pte(ptep, old);
	expect_clean(test);
}

static void no_entry(struct kunit *test)
{
	pte_t *ptep;
	unsigned long addr = victim(test, &ptep);
	pte_t old = *ptep;

	pte_clear(&init_mm, addr, ptep);
	expect_report(test, "linear-present", addr, "1 pages of RAM, has no entry");
	set_pte(ptep, old);
	expect_clean(test);
}

static void user_entry(struct kunit *test)
{
	pte_t *ptep;
	unsigned long addr = victim(test, &ptep);
	pte_t old = *ptep;

	set_pte(ptep, __pte(pte_val(old) | _PAGE_USER));
	expect_report(test, "linear-flags", addr, "1 pages, is open to user space");
	set_pte(ptep, old);
	expect_clean(test);
}

/* Who owns a page may take it out of the linear map, as memfd_secret does. */
static void removed_by_owner(struct kunit *test)
{
	pte_t *ptep;
	unsigned long addr = victim(test, &ptep);
	struct page *page = virt_to_page((void *)addr);

	KUNIT_ASSERT_EQ(test, set_direct_map_invalid_noflush(page), 0);
	expect_clean(test);
	KUNIT_ASSERT_EQ(test, set_direct_map_default_noflush(page), 0);
	expect_clean(test);
}

/* The same, but a slab page must not go: the kernel will write to it. */
static void removed_slab(struct kunit *test)
{
	pte_t *ptep;
	unsigned long addr = victim(test, &ptep);
	struct page *page = virt_to_page((void *)addr);

	KUNIT_ASSERT_EQ(test, set_direct_map_invalid_noflush(page), 0);
	__folio_set_slab(page_folio(page));
	expect_report(test, "linear-present", addr,
		      "1 pages, is not present, but is a slab");
	__folio_clear_slab(page_folio(page));
	KUNIT_ASSERT_EQ(test, set_direct_map_default_noflush(page), 0);
	expect_clean(test);
}

/* The first page of the hole that catches accesses beyond the linear map. */
static void mapped_beyond(struct kunit *test)
{
	unsigned long addr = (unsigned long)high_memory;
	pte_t *ptep, *beyond;
	unsigned int level;
	char text[64];
	unsigned long pfn;

	/* Not so with more RAM than lowmem: that ends 2 pages short of it. */
	if (IS_ALIGNED(addr, PMD_SIZE))
		kunit_skip(test, "high_memory is where a page table ends");

	pfn = PHYS_PFN(__pa(victim(test, &ptep)));
	beyond = lookup_address(addr, &level);
	KUNIT_ASSERT_NOT_NULL(test, beyond);
	KUNIT_ASSERT_EQ(test, level, (unsigned int)PG_LEVEL_4K);
	KUNIT_ASSERT_TRUE(test, pte_none(*beyond));
	set_pte(beyond, pfn_pte(pfn, PAGE_KERNEL));
	scnprintf(text, sizeof(text), "1 pages, maps pfn %#lx behind", pfn);
	expect_report(test, "linear-beyond", addr, text);
	pte_clear(&init_mm, addr, beyond);
	expect_clean(test);
}

static void mapped_end(struct kunit *test)
{
	char text[80];

	max_pfn_mapped++;
	KUNIT_EXPECT_EQ(test, scan_linear(), 1UL);
	max_pfn_mapped--;
	scnprintf(text, sizeof(text),
		  "BUG: mm_layout: linear-tracked: max_pfn_mapped is %#lx, but ",
		  max_pfn_mapped + 1);
	KUNIT_EXPECT_TRUE(test, mm_layout_console_saw(text));
	expect_clean(test);
}

#define LARGE_ORDER	(PMD_SHIFT - PAGE_SHIFT)

static void free_large(void *addr)
{
	free_pages((unsigned long)addr, LARGE_ORDER);
}

static unsigned long large_victim(struct kunit *test)
{
	unsigned long addr = __get_free_pages(GFP_KERNEL, LARGE_ORDER);

	KUNIT_ASSERT_NE(test, addr, 0UL);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, free_large,
							   (void *)addr));
	return addr;
}

/* Other cases have split large pages, and CPA need not put them together. */
#define LARGE_TRIES	8

static unsigned long unsplit_victim(struct kunit *test, pmd_t **pmdp)
{
	unsigned int level = PG_LEVEL_NONE;
	unsigned long addr = 0;
	int i;

	for (i = 0; i < LARGE_TRIES && level != PG_LEVEL_2M; i++) {
		addr = large_victim(test);
		*pmdp = (pmd_t *)lookup_address(addr, &level);
	}
	KUNIT_ASSERT_EQ(test, level, (unsigned int)PG_LEVEL_2M);
	return addr;
}

/* One large page that leads elsewhere is one report. */
static void wrong_large(struct kunit *test)
{
	unsigned long addr, pfn, wrong;
	pmd_t *pmdp, old;
	char text[80];

	/* The boot code makes no large pages then. */
	if (debug_pagealloc_enabled() || !boot_cpu_has(X86_FEATURE_PSE))
		kunit_skip(test, "the linear map has no large pages");

	addr = unsplit_victim(test, &pmdp);
	pfn = PHYS_PFN(__pa(addr));
	wrong = pfn ^ (1UL << LARGE_ORDER);
	old = *pmdp;
	set_pmd(pmdp, __pmd(pmd_val(old) ^ PFN_PHYS(pfn ^ wrong)));
	scnprintf(text, sizeof(text), "%lu pages, maps pfn %#lx, expected %#lx",
		  1UL << LARGE_ORDER, wrong, pfn);
	expect_report(test, "linear-pfn", addr, text);
	set_pmd(pmdp, old);
	expect_clean(test);
}

/* A page table in a hole of lowmem has no address: to read there would fault. */
static void table_in_hole(struct kunit *test)
{
	unsigned long addr, pfn = PHYS_PFN(ISA_END_ADDRESS);
	pmd_t *pmdp, old;
	char text[80];

	while (pfn < max_low_pfn && pfn_range_is_mapped(pfn, pfn + 1))
		pfn++;
	if (pfn >= max_low_pfn)
		kunit_skip(test, "lowmem has no hole");
	if (debug_pagealloc_enabled() || !boot_cpu_has(X86_FEATURE_PSE))
		kunit_skip(test, "the linear map has no large pages");

	addr = unsplit_victim(test, &pmdp);
	old = *pmdp;
	set_pmd(pmdp, __pmd(PFN_PHYS(pfn) | _KERNPG_TABLE));
	scnprintf(text, sizeof(text), "%lu pages of RAM, has no entry", 1UL << LARGE_ORDER);
	expect_report(test, "linear-present", addr, text);
	set_pmd(pmdp, old);
	expect_clean(test);
}

/* Without __GFP_COMP, only the first page of a block has references. */
static void read_only_inner(struct kunit *test)
{
	unsigned long addr = large_victim(test) + PAGE_SIZE;

	KUNIT_ASSERT_EQ(test, set_memory_ro(addr, 1), 0);
	expect_clean(test);
	KUNIT_ASSERT_EQ(test, set_memory_rw(addr, 1), 0);
}

/* CPA may split a large page at any time. */
static void split_large(struct kunit *test)
{
	unsigned long addr = large_victim(test);
	unsigned int level;

	KUNIT_ASSERT_EQ(test, set_memory_4k(addr, 1), 0);
	KUNIT_ASSERT_NOT_NULL(test, lookup_address(addr, &level));
	KUNIT_EXPECT_EQ(test, level, (unsigned int)PG_LEVEL_4K);
	expect_clean(test);
	KUNIT_ASSERT_EQ(test, set_memory_ro(addr, 1), 0);
	expect_clean(test);
	KUNIT_ASSERT_EQ(test, set_memory_rw(addr, 1), 0);
}

static struct kunit_case live_linear_cases[] = {
	KUNIT_CASE(wrong_frame),
	KUNIT_CASE(frame_without_page),
	KUNIT_CASE(no_entry),
	KUNIT_CASE(user_entry),
	KUNIT_CASE(removed_by_owner),
	KUNIT_CASE(removed_slab),
	KUNIT_CASE(mapped_beyond),
	KUNIT_CASE(mapped_end),
	KUNIT_CASE(wrong_large),
	KUNIT_CASE(table_in_hole),
	KUNIT_CASE(read_only_inner),
	KUNIT_CASE(split_large),
	{}
};

static struct kunit_suite live_linear_suite = {
	.name = "mm_layout_live_linear",
	.suite_init = mm_layout_console_init,
	.suite_exit = mm_layout_console_exit,
	.test_cases = live_linear_cases,
};

kunit_test_suite(live_linear_suite);
