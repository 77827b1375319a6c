// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests on the running kernel of 32-bit x86: fixed mappings and page directories.
 * What is broken is a slot that nobody uses, or a directory that the test owns.
 */
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/sched.h>
#include <linux/vmalloc.h>

#include <asm/cpu_entry_area.h>
#include <asm/fixmap.h>

#include "layout_kunit.h"

static void expect_clean(struct kunit *test, unsigned int check)
{
	KUNIT_EXPECT_EQ(test, mm_layout_patient_scan(check), 0UL);
}

/* === Fixed mappings === */

/* Something is mapped where nothing has to be. */
static void expect_empty(struct kunit *test, unsigned long addr, const char *name)
{
	struct page *page = mm_layout_test_page(test);
	pte_t old = mm_layout_swap_entry(test, addr, mk_pte(page, PAGE_KERNEL));

	KUNIT_EXPECT_TRUE(test, pte_none(old));
	mm_layout_expect_report(test, MM_LAYOUT_CHECK_FIXED,
				"fixed-empty: %s, %#lx, maps pfn %#lx", name, addr,
				page_to_pfn(page));
	mm_layout_swap_entry(test, addr, __pte(0));
	expect_clean(test, MM_LAYOUT_CHECK_FIXED);
}

static void slot_left_behind(struct kunit *test)
{
	expect_empty(test, __fix_to_virt(FIX_WP_TEST), "FIX_WP_TEST");
}

static void behind_the_fixmap(struct kunit *test)
{
	expect_empty(test, __fix_to_virt(FIX_HOLE), "FIX_HOLE");
}

static void guard_of_cpu(struct kunit *test)
{
	expect_empty(test, (unsigned long)get_cpu_entry_area(0)->guard_entry_stack,
		     "the guard of the entry stack of CPU 0");
	if (nr_cpu_ids > 1)
		expect_empty(test, (unsigned long)get_cpu_entry_area(1)->guard_doublefault_stack,
			     "the guard of the double fault stack of CPU 1");
}

#ifdef CONFIG_X86_IO_APIC
/* A slot for registers that this machine does not have. */
static void device_is_ram(struct kunit *test)
{
	unsigned long addr = __fix_to_virt(FIX_IO_APIC_BASE_END);
	struct page *page = mm_layout_test_page(test);
	pte_t old = mm_layout_swap_entry(test, addr, mk_pte(page, PAGE_KERNEL_NOCACHE));

	mm_layout_expect_report(test, MM_LAYOUT_CHECK_FIXED,
				"fixed-device: a fixmap slot of an I/O APIC, %#lx, maps pfn %#lx, RAM",
				addr, page_to_pfn(page));
	mm_layout_swap_entry(test, addr, old);
	expect_clean(test, MM_LAYOUT_CHECK_FIXED);
}

static void device_is_cached(struct kunit *test)
{
	unsigned long addr = __fix_to_virt(FIX_IO_APIC_BASE_END);
	pte_t old = mm_layout_swap_entry(test, addr, pfn_pte(0xfec10, PAGE_KERNEL));

	mm_layout_expect_report(test, MM_LAYOUT_CHECK_FIXED,
				"fixed-device: a fixmap slot of an I/O APIC, %#lx, maps pfn 0xfec10, cached",
				addr);
	mm_layout_swap_entry(test, addr, old);
	expect_clean(test, MM_LAYOUT_CHECK_FIXED);
}

#endif /* CONFIG_X86_IO_APIC */

static void idt_writable(struct kunit *test)
{
	unsigned long addr = CPU_ENTRY_AREA_RO_IDT;
	pte_t pte = ptep_get(virt_to_kpte(addr));

	mm_layout_swap_entry(test, addr, __pte(pte_val(pte) | _PAGE_RW));
	mm_layout_expect_report(test, MM_LAYOUT_CHECK_FIXED,
				"fixed-page: the IDT, %#lx, is writable", addr);
	mm_layout_swap_entry(test, addr, pte);
	expect_clean(test, MM_LAYOUT_CHECK_FIXED);
}

/* Nobody looks at it unless there is a double fault. */
static void wrong_stack(struct kunit *test)
{
	unsigned int cpu = nr_cpu_ids - 1;
	unsigned long addr = (unsigned long)&get_cpu_entry_area(cpu)->doublefault_stack;
	unsigned long pfn = pte_pfn(ptep_get(virt_to_kpte(addr)));
	struct page *page = mm_layout_test_page(test);
	pte_t old = mm_layout_swap_entry(test, addr, mk_pte(page, PAGE_KERNEL));

	mm_layout_expect_report(test, MM_LAYOUT_CHECK_FIXED,
				"fixed-page: the double fault stack of CPU %u, %#lx, leads to pfn %#lx, expected pfn %#lx",
				cpu, addr, page_to_pfn(page), pfn);
	mm_layout_swap_entry(test, addr, old);
	expect_clean(test, MM_LAYOUT_CHECK_FIXED);
	mm_layout_swap_entry(test, addr, __pte(0));
	mm_layout_expect_report(test, MM_LAYOUT_CHECK_FIXED,
				"fixed-page: the double fault stack of CPU %u, %#lx, is not mapped",
				cpu, addr);
	mm_layout_swap_entry(test, addr, old);
	expect_clean(test, MM_LAYOUT_CHECK_FIXED);
}

/* === Page directories === */

/* An entry of the directory that the test runs on. */
static pmd_t *own_entry(unsigned long addr)
{
	pgd_t *pgd = pgd_offset(current->mm, addr);

	return pmd_offset(pud_offset(p4d_offset(pgd, addr), addr), addr);
}

static void set_entry(unsigned long addr, pmd_t value)
{
	set_pmd(own_entry(addr), value);
	flush_tlb_all();
}

static pmd_t attach(struct kunit *test, unsigned long addr)
{
	kunit_attach_mm();
	KUNIT_ASSERT_NOT_NULL(test, current->mm);
	expect_clean(test, MM_LAYOUT_CHECK_PGDIR);
	return *own_entry(addr);
}

/* Outside the vmalloc range nobody mends what is missing. */
static void missing_entry(struct kunit *test)
{
	pmd_t old = attach(test, LDT_BASE_ADDR - PMD_SIZE);

	KUNIT_ASSERT_TRUE(test, pmd_present(old));
	set_entry(LDT_BASE_ADDR - PMD_SIZE, __pmd(0));
	mm_layout_expect_report(test, MM_LAYOUT_CHECK_PGDIR,
				"pgdir-same: %s (%d) has 0x0 for %#lx, init_mm has ",
				current->comm, task_pid_nr(current),
				LDT_BASE_ADDR - PMD_SIZE);
	set_entry(LDT_BASE_ADDR - PMD_SIZE, old);
	expect_clean(test, MM_LAYOUT_CHECK_PGDIR);
}

/* In the vmalloc range, an access brings back what is missing. */
static void lazy_entry(struct kunit *test)
{
	void *area = vmalloc(PAGE_SIZE);
	unsigned long addr = ALIGN_DOWN((unsigned long)area, PMD_SIZE);
	pmd_t old;

	KUNIT_ASSERT_NOT_NULL(test, area);
	old = attach(test, addr);
	set_entry(addr, __pmd(0));
	expect_clean(test, MM_LAYOUT_CHECK_PGDIR);
	WRITE_ONCE(*(char *)area, 1);
	KUNIT_EXPECT_EQ(test, (u64)pmd_val(*own_entry(addr)), (u64)pmd_val(old));
	vfree(area);
}

/* But what is there has to be right. */
static void other_entry(struct kunit *test)
{
	unsigned long addr = ALIGN_DOWN(VMALLOC_END - 1, PMD_SIZE);
	pmd_t other = attach(test, LDT_BASE_ADDR - PMD_SIZE);

	while (!pmd_none(*pmd_off_k(addr)))
		addr -= PMD_SIZE;
	KUNIT_ASSERT_GT(test, addr, VMALLOC_START);
	set_entry(addr, other);
	mm_layout_expect_report(test, MM_LAYOUT_CHECK_PGDIR,
				"pgdir-lazy: %s (%d) has %#llx for %#lx, init_mm has 0x0",
				current->comm, task_pid_nr(current),
				(u64)pmd_val(other) & ~(u64)_PAGE_ACCESSED & ~(u64)_PAGE_DIRTY,
				addr);
	set_entry(addr, __pmd(0));
	expect_clean(test, MM_LAYOUT_CHECK_PGDIR);
}

/* User space gets a page table of the kernel's. */
static void kernel_table(struct kunit *test)
{
	void *area = vmalloc(PAGE_SIZE);
	pmd_t old = attach(test, PMD_SIZE), table;

	KUNIT_ASSERT_NOT_NULL(test, area);
	table = *pmd_off_k((unsigned long)area);
	KUNIT_ASSERT_TRUE(test, pmd_none(old));
	set_entry(PMD_SIZE, table);
	mm_layout_expect_report(test, MM_LAYOUT_CHECK_PGDIR,
				"pgdir-table: %s (%d) has a page table of the kernel's for %#lx",
				current->comm, task_pid_nr(current), PMD_SIZE);
	set_entry(PMD_SIZE, old);
	vfree(area);
	expect_clean(test, MM_LAYOUT_CHECK_PGDIR);
}

/* And one that is no page table. */
static void no_table(struct kunit *test)
{
	struct page *page = mm_layout_test_page(test);
	pmd_t old = attach(test, PMD_SIZE);

	set_entry(PMD_SIZE, __pmd(page_to_phys(page) | _PAGE_TABLE));
	mm_layout_expect_report(test, MM_LAYOUT_CHECK_PGDIR,
				"pgdir-table: %s (%d) has a page table for %#lx at pfn %#lx, which is none",
				current->comm, task_pid_nr(current), PMD_SIZE, page_to_pfn(page));
	set_entry(PMD_SIZE, old);
	expect_clean(test, MM_LAYOUT_CHECK_PGDIR);
}

static struct kunit_case live_top_cases[] = {
	KUNIT_CASE(slot_left_behind),
	KUNIT_CASE(behind_the_fixmap),
	KUNIT_CASE(guard_of_cpu),
#ifdef CONFIG_X86_IO_APIC
	KUNIT_CASE(device_is_ram),
	KUNIT_CASE(device_is_cached),
#endif
	KUNIT_CASE(idt_writable),
	KUNIT_CASE(wrong_stack),
	KUNIT_CASE(missing_entry),
	KUNIT_CASE(lazy_entry),
	KUNIT_CASE(other_entry),
	KUNIT_CASE(kernel_table),
	KUNIT_CASE(no_table),
	{}
};

static struct kunit_suite live_top_suite = {
	.name = "mm_layout_live_top",
	.suite_init = mm_layout_console_init,
	.suite_exit = mm_layout_console_exit,
	.test_cases = live_top_cases,
};

kunit_test_suite(live_top_suite);
