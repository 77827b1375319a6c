// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests on the running kernel of 32-bit x86: protections, cache modes, and what the
 * kernel says of addresses. What is broken is a page that the test owns.
 */
#include <linux/gfp.h>
#include <linux/highmem.h>
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/ptdump.h>
#include <linux/set_memory.h>
#include <linux/vmalloc.h>

#include <asm/fixmap.h>

#include "layout_kunit.h"

static void expect_clean(struct kunit *test, unsigned int check)
{
	KUNIT_EXPECT_EQ(test, mm_layout_patient_scan(check), 0UL);
}

/* === Protections === */

#ifdef CONFIG_X86_PAE

static void free_area(void *area)
{
	vfree(area);
}

static unsigned long test_area(struct kunit *test)
{
	void *area = vmalloc(PAGE_SIZE);

	KUNIT_ASSERT_NOT_NULL(test, area);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, free_area, area));
	return (unsigned long)area;
}

static void needs_nx(struct kunit *test)
{
	if (!(__supported_pte_mask & _PAGE_NX))
		kunit_skip(test, "NX is not in use");
}

static void writable_and_executable(struct kunit *test)
{
	unsigned long addr = test_area(test);

	needs_nx(test);
	expect_clean(test, MM_LAYOUT_CHECK_PROT);
	KUNIT_ASSERT_EQ(test, set_memory_x(addr, 1), 0);
	mm_layout_expect_report(test, MM_LAYOUT_CHECK_PROT,
				"prot-wx: %#lx, 1 pages, is writable and executable", addr);
	KUNIT_ASSERT_EQ(test, set_memory_nx(addr, 1), 0);
	expect_clean(test, MM_LAYOUT_CHECK_PROT);
}

static void free_large_page(void *addr)
{
	free_pages_exact(addr, PMD_SIZE);
}

/*
 * The same in the linear map, where a large page has to be split. All of that is taken:
 * one that the kernel image is part of is all executable until mark_rodata_ro().
 */
static void lowmem_executable(struct kunit *test)
{
	void *large = alloc_pages_exact(PMD_SIZE, GFP_KERNEL);
	unsigned long addr = (unsigned long)large;

	KUNIT_ASSERT_NOT_NULL(test, large);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, free_large_page, large));
	needs_nx(test);
	KUNIT_ASSERT_EQ(test, set_memory_x(addr, 1), 0);
	mm_layout_expect_report(test, MM_LAYOUT_CHECK_PROT,
				"prot-wx: %#lx, 1 pages, is writable and executable", addr);
	KUNIT_ASSERT_EQ(test, set_memory_ro(addr, 1), 0);
	expect_clean(test, MM_LAYOUT_CHECK_PROT);
	KUNIT_ASSERT_EQ(test, set_memory_rw(addr, 1), 0);
	KUNIT_ASSERT_EQ(test, set_memory_nx(addr, 1), 0);
	expect_clean(test, MM_LAYOUT_CHECK_PROT);
}

#endif /* CONFIG_X86_PAE */

#if defined(CONFIG_X86_PAE) && defined(CONFIG_PTDUMP)
/*
 * DEBUG_WX sees it as well, see effective_prot(). When suites run at boot, there is more
 * to see: the kernel is not write-protected yet.
 */
static void ptdump_sees_it(struct kunit *test)
{
	unsigned long addr = test_area(test);

	needs_nx(test);
	kunit_warning_suppress(test) {
		mm_layout_console_reset();
		KUNIT_ASSERT_EQ(test, set_memory_x(addr, 1), 0);
		KUNIT_EXPECT_FALSE(test, ptdump_check_wx());
		KUNIT_ASSERT_EQ(test, set_memory_nx(addr, 1), 0);
	}
	KUNIT_EXPECT_TRUE(test, mm_layout_console_saw("Checked W+X mappings: FAILED, "));
}
#endif

static void open_to_users(struct kunit *test)
{
	unsigned long addr = CPU_ENTRY_AREA_RO_IDT;
	pte_t pte = ptep_get(virt_to_kpte(addr));

	mm_layout_swap_entry(test, addr, __pte(pte_val(pte) | _PAGE_USER));
	mm_layout_expect_report(test, MM_LAYOUT_CHECK_PROT,
				"prot-user: %#lx, 1 pages, is open to user space", addr);
	mm_layout_swap_entry(test, addr, pte);
	expect_clean(test, MM_LAYOUT_CHECK_PROT);
}

/* === Cache modes === */

static void free_mapping(void *area)
{
	vunmap(area);
}

/* One page at two addresses, once as it should be, once uncached at the second. */
static void two_addresses(struct kunit *test)
{
	struct page *page = mm_layout_test_page(test);
	char *linear = page_address(page), *area;

	area = vmap(&page, 1, VM_MAP, PAGE_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, area);
	*linear = 'x';
	KUNIT_EXPECT_EQ(test, *area, 'x');
	expect_clean(test, MM_LAYOUT_CHECK_PROT);
	vunmap(area);

	area = vmap(&page, 1, VM_MAP, PAGE_KERNEL_NOCACHE);
	KUNIT_ASSERT_NOT_NULL(test, area);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, free_mapping, area));
	mm_layout_expect_report(test, MM_LAYOUT_CHECK_PROT,
				"cache-alias: %#lx maps pfn %#lx uncached, which the linear map has write-back",
				(unsigned long)area, page_to_pfn(page));
	kunit_release_action(test, free_mapping, area);
	expect_clean(test, MM_LAYOUT_CHECK_PROT);
}

/* Who changes the linear map reserves the mode, and gives it back. */
static void changed_mode(struct kunit *test)
{
	struct page *page = mm_layout_test_page(test);
	unsigned long addr = (unsigned long)page_address(page);
	unsigned int reserved;
	pte_t old;

	KUNIT_ASSERT_TRUE_MSG(test, mm_layout_arch_memtype(page_to_pfn(page), &reserved),
			      "the processor has no PAT");
	KUNIT_ASSERT_EQ(test, set_memory_wc(addr, 1), 0);
	expect_clean(test, MM_LAYOUT_CHECK_PROT);
	old = mm_layout_swap_entry(test, addr,
				   pfn_pte(page_to_pfn(page), PAGE_KERNEL));
	mm_layout_expect_report(test, MM_LAYOUT_CHECK_PROT,
				"cache-ram: %#lx, pfn %#lx, is write-back, but reserved is write-combining",
				addr, page_to_pfn(page));
	mm_layout_swap_entry(test, addr, old);
	KUNIT_ASSERT_EQ(test, set_memory_wb(addr, 1), 0);
	expect_clean(test, MM_LAYOUT_CHECK_PROT);
}

static void free_block(void *addr)
{
	free_pages((unsigned long)addr, 1);
}

/* Without __GFP_COMP, only the first page of a block has references. */
static void changed_inner_page(struct kunit *test)
{
	unsigned long addr = __get_free_pages(GFP_KERNEL, 1);

	KUNIT_ASSERT_NE(test, addr, 0UL);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, free_block, (void *)addr));
	KUNIT_ASSERT_EQ(test, set_memory_wc(addr, 2), 0);
	expect_clean(test, MM_LAYOUT_CHECK_PROT);
	KUNIT_ASSERT_EQ(test, set_memory_wb(addr, 2), 0);
}

/* === Addresses === */

/* What is not in the linear map has no struct page by arithmetic. */
static void not_linear(struct kunit *test)
{
	unsigned long bytes = (unsigned long)high_memory;

	KUNIT_EXPECT_TRUE(test, virt_addr_valid((void *)(bytes - 1)));
	KUNIT_EXPECT_FALSE(test, virt_addr_valid((void *)bytes));
	KUNIT_EXPECT_FALSE(test, virt_addr_valid((void *)(bytes + SZ_1M)));
	KUNIT_EXPECT_FALSE(test, virt_addr_valid((void *)LDT_BASE_ADDR));
	KUNIT_EXPECT_FALSE(test, virt_addr_valid((void *)CPU_ENTRY_AREA_BASE));
	expect_clean(test, MM_LAYOUT_CHECK_ADDRESS);
}

#ifdef CONFIG_HIGHMEM
static void of_highmem(struct kunit *test)
{
	struct page *page;
	void *addr;

	if (!totalhigh_pages())
		kunit_skip(test, "this machine has no highmem");
	page = alloc_page(GFP_HIGHUSER);
	KUNIT_ASSERT_NOT_NULL(test, page);
	addr = kmap(page);
	KUNIT_EXPECT_FALSE(test, virt_addr_valid(addr));
	KUNIT_EXPECT_TRUE(test, is_kmap_addr(addr));
	kunmap(page);
	__free_page(page);
}

/* On CPU 0 the first slot is the last page of their range. */
static void first_slot(struct kunit *test)
{
	struct page *page = NULL, *found = NULL;
	bool known = false, first = false;
	void *addr;

	if (!totalhigh_pages())
		kunit_skip(test, "this machine has no highmem");
	KUNIT_ASSERT_EQ(test, set_cpus_allowed_ptr(current, cpumask_of(0)), 0);
	page = alloc_page(GFP_HIGHUSER);
	KUNIT_ASSERT_NOT_NULL(test, page);
	addr = kmap_local_page(page);
	first = (unsigned long)addr == __fix_to_virt(FIX_KMAP_BEGIN);
	known = is_kmap_addr(addr);
	/* Nobody should need it, says a warning. */
	kunit_warning_suppress(test)
		found = kmap_to_page(addr);
	kunmap_local(addr);
	set_cpus_allowed_ptr(current, cpu_possible_mask);
	__free_page(page);
	KUNIT_EXPECT_EQ(test, first, !IS_ENABLED(CONFIG_DEBUG_KMAP_LOCAL));
	KUNIT_EXPECT_TRUE(test, known);
	KUNIT_EXPECT_PTR_EQ(test, found, page);
}
#endif

static struct kunit_case live_prot_cases[] = {
#ifdef CONFIG_X86_PAE
	KUNIT_CASE(writable_and_executable),
	KUNIT_CASE(lowmem_executable),
#endif
#if defined(CONFIG_X86_PAE) && defined(CONFIG_PTDUMP)
	KUNIT_CASE(ptdump_sees_it),
#endif
	KUNIT_CASE(open_to_users),
	KUNIT_CASE(two_addresses),
	KUNIT_CASE(changed_mode),
	KUNIT_CASE(changed_inner_page),
	KUNIT_CASE(not_linear),
#ifdef CONFIG_HIGHMEM
	KUNIT_CASE(of_highmem),
	KUNIT_CASE(first_slot),
#endif
	{}
};

static struct kunit_suite live_prot_suite = {
	.name = "mm_layout_live_prot",
	.suite_init = mm_layout_console_init,
	.suite_exit = mm_layout_console_exit,
	.test_cases = live_prot_cases,
};

kunit_test_suite(live_prot_suite);
