// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests on the running kernel: what explain says of memory that the test has made
 * itself.
 */
#include <linux/gfp.h>
#include <linux/highmem.h>
#include <linux/io.h>
#include <linux/irqflags.h>
#include <linux/kfence.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/set_memory.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "layout_kunit.h"

#ifdef CONFIG_MM_LAYOUT_LINEAR
#include <asm/cpu_entry_area.h>
#include <asm/fixmap.h>
#endif

#define TEXT_LEN	SZ_4K

static void note_line(const char *line, void *text)
{
	strlcat(text, line, TEXT_LEN);
	strlcat(text, "\n", TEXT_LEN);
}

/* All that is said, with a line feed before the first line as well. */
static const char *explained(struct kunit *test, enum mm_layout_ask ask, u64 value)
{
	const struct mm_layout_question q = { .ask = ask, .value = value };
	char *text = kunit_kzalloc(test, TEXT_LEN, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, text);
	strscpy(text, "\n", TEXT_LEN);
	KUNIT_EXPECT_EQ(test, mm_layout_explain(&q, note_line, text), 0);
	/* The longest of stories has to fit. */
	KUNIT_EXPECT_LT(test, strlen(text), (size_t)TEXT_LEN - 1);
	return text;
}

static const char *explain_addr(struct kunit *test, const void *addr)
{
	return explained(test, MM_LAYOUT_ASK_ADDR, (unsigned long)addr);
}

static void expect_said(struct kunit *test, const char *text, const char *part)
{
	KUNIT_EXPECT_TRUE_MSG(test, strstr(text, part), "no '%s' in %s", part, text);
}

static void expect_not_said(struct kunit *test, const char *text, const char *part)
{
	KUNIT_EXPECT_FALSE_MSG(test, strstr(text, part), "'%s' in %s", part, text);
}

__printf(3, 4)
static void expect_said_of(struct kunit *test, const char *text, const char *fmt, ...)
{
	char part[128];
	va_list args;

	va_start(args, fmt);
	vscnprintf(part, sizeof(part), fmt, args);
	va_end(args);
	expect_said(test, text, part);
}

static void expect_healthy(struct kunit *test, const char *text)
{
	expect_said(test, text, "\nholds: ");
	expect_not_said(test, text, "\nviolated: ");
	expect_not_said(test, text, "\nelsewhere: ");
}

static void free_object(void *p)
{
	kfree(p);
}

static void slab_object(struct kunit *test)
{
	void *p = kmalloc(64, GFP_KERNEL);
	const char *text;

	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, free_object, p));
	if (is_kfence_address(p)) {
		expect_said(test, explain_addr(test, p), "\nwhat: in the KFENCE pool\n");
		return;
	}
	text = explain_addr(test, p + 5);
	expect_said_of(test, text, "\naddress: 0x%lx\nregion: linear, ",
		       (unsigned long)p + 5);
	expect_said_of(test, text, "\nframe: pfn 0x%lx, ",
		       PHYS_PFN(virt_to_phys(p)));
	expect_said(test, text, "\nwhat: slab of cache kmalloc-");
	expect_said(test, text, ", byte 5 of object ");
	expect_said(test, text, " slab-order");
	expect_healthy(test, text);
}

static void large_kmalloc(struct kunit *test)
{
	size_t size = KMALLOC_MAX_CACHE_SIZE * 2;
	void *p = kmalloc(size, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, free_object, p));
	expect_said_of(test, explain_addr(test, p + PAGE_SIZE),
		       "\nwhat: byte %lu of a large kmalloc of %zu bytes\n", PAGE_SIZE, size);
}

static void free_area(void *p)
{
	vfree(p);
}

/* The area, the frame below it, and the way back from there. */
static void vmalloc_page(struct kunit *test)
{
	void *p = vmalloc(3 * PAGE_SIZE);
	const char *text;

	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, free_area, p));
	text = explain_addr(test, p + PAGE_SIZE + 1);
	expect_said(test, text, "\nregion: vmalloc, ");
	expect_said_of(test, text, "\nuse: page 1 of vmalloc area 0x%lx-0x%lx, made by %s+",
		       (unsigned long)p, (unsigned long)p + 4 * PAGE_SIZE - 1, __func__);
	expect_said_of(test, text, "K page, pfn 0x%lx, writable",
		       page_to_pfn(vmalloc_to_page(p + PAGE_SIZE)));
	expect_said(test, text, "\nwhat: in use by the kernel\n");
	expect_healthy(test, text);

	text = explain_addr(test, p + 3 * PAGE_SIZE);
	expect_said(test, text, "\nuse: guard page of vmalloc area ");
	expect_said(test, text, ", nothing\n");
	expect_not_said(test, text, "\nframe: ");

	text = explained(test, MM_LAYOUT_ASK_PFN,
			 page_to_pfn(vmalloc_to_page(p + 2 * PAGE_SIZE)));
	expect_said_of(test, text, "\nalias: 0x%lx, page 2 of vmalloc area ",
		       (unsigned long)p + 2 * PAGE_SIZE);
}

static void freed_area(struct kunit *test)
{
	void *p = vmalloc(PAGE_SIZE);
	const char *text;
	char part[64];

	KUNIT_ASSERT_NOT_NULL(test, p);
	vfree(p);
	text = explain_addr(test, p);
	scnprintf(part, sizeof(part), ", made by %s+", __func__);
	expect_not_said(test, text, part);
	expect_not_said(test, text, "\nframe: ");
}

/* Whoever takes it meanwhile, it is no page of the test any more. */
static void free_page_told(struct kunit *test)
{
	struct page *page = alloc_pages(GFP_KERNEL, 5);
	unsigned long pfn;
	const char *text;
	int i;

	KUNIT_ASSERT_NOT_NULL(test, page);
	pfn = page_to_pfn(page) + 3;
	text = explained(test, MM_LAYOUT_ASK_PFN, page_to_pfn(page));
	expect_said(test, text, "\nwhat: in use by the kernel\n");
	expect_said(test, text, ", refcount 1, ");
	/* Only the first page of the block has references. */
	text = explained(test, MM_LAYOUT_ASK_PFN, pfn);
	expect_said(test, text, "\nwhat: no references: kept free for a CPU, or inside ");
	__free_pages(page, 5);
	for (i = 0; i < 10; i++) {
		text = explained(test, MM_LAYOUT_ASK_PFN, pfn);
		if (strstr(text, "\nwhat: free, page "))
			break;
	}
	expect_said(test, text, "\nwhat: free, page ");
	expect_said(test, text, " free-block");
}

static void physical_told(struct kunit *test)
{
	struct page *page = mm_layout_test_page(test);
	const char *text;

	text = explained(test, MM_LAYOUT_ASK_PHYS, page_to_phys(page) + 0x123);
	expect_said_of(test, text, "\nframe: pfn 0x%lx, ", page_to_pfn(page));
	expect_said_of(test, text, "\nalias: 0x%lx, its linear address\n",
		       (unsigned long)page_address(page));
}

/* With PAE or LPAE, and enough RAM, its address has more than 32 bits. */
static void last_frame(struct kunit *test)
{
	phys_addr_t phys = PFN_PHYS(max_pfn - 1);

	expect_said_of(test, explained(test, MM_LAYOUT_ASK_PHYS, phys + 0x123),
		       "\nframe: pfn 0x%lx, physical 0x%llx\n", max_pfn - 1, (u64)phys);
}

static void kernel_text(struct kunit *test)
{
	const char *text = explain_addr(test, mm_layout_explain);

	expect_said(test, text, "\nsymbol: mm_layout_explain+0x0/0x");
}

/* What is not RAM has no struct page, and does no harm. */
static void far_frames(struct kunit *test)
{
	const char *text;

	text = explained(test, MM_LAYOUT_ASK_PFN, PHYS_PFN(PHYS_ADDR_MAX));
	expect_said(test, text, "\nwhat: no struct page");
	text = explained(test, MM_LAYOUT_ASK_PHYS, PHYS_ADDR_MAX);
	expect_said(test, text, "\nwhat: no struct page");
	text = explained(test, MM_LAYOUT_ASK_PFN, 0);
	expect_said(test, text, "\nframe: pfn 0x0, physical 0x0\n");
}

/* === On the console === */

static void nothing_unless_asked(struct kunit *test)
{
	bool before = mm_layout_explains;

	mm_layout_console_reset();
	WRITE_ONCE(mm_layout_explains, false);
	mm_layout_explain_fault(VMALLOC_START);
	mm_layout_explain_page(ZERO_PAGE(0));
	WRITE_ONCE(mm_layout_explains, before);
	KUNIT_EXPECT_FALSE(test, mm_layout_console_saw("region: "));
	KUNIT_EXPECT_FALSE(test, mm_layout_console_saw("pfn: "));
}

/* As after an oops: interrupts are off, and the lock of the area may be held. */
static void fault_explained(struct kunit *test)
{
	bool before = mm_layout_explains;
	void *p = vmalloc(PAGE_SIZE);
	unsigned long flags;
	char text[128];

	KUNIT_ASSERT_NOT_NULL(test, p);
	mm_layout_console_reset();
	WRITE_ONCE(mm_layout_explains, true);
	local_irq_save(flags);
	mm_layout_explain_fault((unsigned long)p + PAGE_SIZE + 7);
	local_irq_restore(flags);
	WRITE_ONCE(mm_layout_explains, before);
	scnprintf(text, sizeof(text), " guard page of vmalloc area 0x%lx-0x%lx, made by %s+",
		  (unsigned long)p, (unsigned long)p + 2 * PAGE_SIZE - 1, __func__);
	vfree(p);
	KUNIT_EXPECT_TRUE(test, mm_layout_console_saw("mm_layout:   region: vmalloc, "));
	/* Where no lock tells that it is held, areas are not looked at. */
	KUNIT_EXPECT_EQ_MSG(test, mm_layout_console_saw(text),
			    !IS_ENABLED(CONFIG_PREEMPT_RT) &&
			    (IS_ENABLED(CONFIG_SMP) || IS_ENABLED(CONFIG_DEBUG_SPINLOCK)),
			    "%s", text);
}

/* The page is told after what bad_page() says of it; then it is mended and given back. */
#ifdef CONFIG_DEBUG_VM
static void bad_page_explained(struct kunit *test)
{
	bool before = mm_layout_explains;
	struct page *page = alloc_page(GFP_KERNEL);
	char text[64];

	KUNIT_ASSERT_NOT_NULL(test, page);
	scnprintf(text, sizeof(text), "mm_layout:   frame: pfn 0x%lx, ", page_to_pfn(page));
	page->mapping = (void *)test;
	mm_layout_console_reset();
	WRITE_ONCE(mm_layout_explains, true);
	__free_page(page);
	WRITE_ONCE(mm_layout_explains, before);
	page->mapping = NULL;
	init_page_count(page);
	__free_page(page);
	KUNIT_EXPECT_TRUE(test, mm_layout_console_saw("BUG: Bad page state"));
	KUNIT_EXPECT_TRUE_MSG(test, mm_layout_console_saw(text), "not seen: %s", text);
	KUNIT_EXPECT_TRUE(test, mm_layout_console_saw(":   what: no references"));
}
#endif

#ifdef CONFIG_MM_LAYOUT_LINEAR

static void user_address(struct kunit *test)
{
	const char *text = explained(test, MM_LAYOUT_ASK_ADDR, PAGE_OFFSET - 1);

	expect_said_of(test, text, "\nregion: user, 0x0-0x%lx: ", PAGE_OFFSET - 1);
	expect_not_said(test, text, "\npgd[");
	expect_not_said(test, text, "\nholds: ");
}

/* Three levels with PAE, else two; the offsets are what the address is made of. */
static void levels_of_address(struct kunit *test)
{
	unsigned long addr = (unsigned long)page_address(mm_layout_test_page(test));
	const char *text;

	/* Its own entry, not that of a large page. */
	KUNIT_ASSERT_EQ(test, set_memory_ro(addr, 1), 0);
	text = explained(test, MM_LAYOUT_ASK_ADDR, addr);
	KUNIT_ASSERT_EQ(test, set_memory_rw(addr, 1), 0);
	expect_said_of(test, text, "\npgd[%lu]: 0x", addr >> PGDIR_SHIFT);
	if (IS_ENABLED(CONFIG_X86_PAE))
		expect_said_of(test, text, "\npmd[%lu]: 0x",
			       (addr >> PMD_SHIFT) % PTRS_PER_PMD);
	else
		expect_not_said(test, text, "\npmd[");
	expect_said_of(test, text, "\npte[%lu]: 0x", (addr >> PAGE_SHIFT) % PTRS_PER_PTE);
	expect_said_of(test, text, ", 4K page, pfn 0x%lx, read-only, ",
		       PHYS_PFN(addr - PAGE_OFFSET));
	expect_said(test, text, ", write-back\n");
}

static void large_leaf(struct kunit *test)
{
	unsigned long addr = PAGE_OFFSET + 4 * PMD_SIZE + 0x5123;
	const char *text = explained(test, MM_LAYOUT_ASK_ADDR, addr);
	unsigned int level;

	if (!lookup_address(addr, &level) || level == PG_LEVEL_4K)
		kunit_skip(test, "there are no large pages");
	expect_said_of(test, text, "K page, pfn 0x%lx, ", PHYS_PFN(addr - PAGE_OFFSET));
	expect_said_of(test, text, ", %luK page, ", PMD_SIZE >> 10);
	expect_not_said(test, text, "\npte[");
}

static void page_table(struct kunit *test)
{
	unsigned long pfn = PHYS_PFN(__pa(virt_to_kpte(__fix_to_virt(0))));
	const char *text = explained(test, MM_LAYOUT_ASK_PFN, pfn);

	/* That of the fixmap was made at boot. */
	expect_said(test, text, "\nwhat: reserved: ");
	pfn = PHYS_PFN(__pa(pmd_page_vaddr(*pmd_off_k(VMALLOC_START))));
	text = explained(test, MM_LAYOUT_ASK_PFN, pfn);
	KUNIT_EXPECT_TRUE_MSG(test, strstr(text, "\nwhat: page table\n") ||
			      strstr(text, "\nwhat: reserved: "), "%s", text);
}

static void holes(struct kunit *test)
{
	const char *text = explain_addr(test, high_memory);

	expect_said_of(test, text, "\nregion: none, 0x%lx-0x%lx is a hole\n",
		       (unsigned long)high_memory, VMALLOC_START - 1);
	expect_not_said(test, text, "\nframe: ");
	text = explained(test, MM_LAYOUT_ASK_ADDR, ULONG_MAX);
	expect_said(test, text, "\nregion: none, ");
	expect_said(test, text, "-0xffffffff is a hole\n");
}

/* Of the frame that PCI has for registers of the local APIC, which no RAM can be. */
static void registers(struct kunit *test)
{
	void *p = (void __force *)ioremap(0xfee00000, PAGE_SIZE);
	const char *text;

	KUNIT_ASSERT_NOT_NULL(test, p);
	text = explain_addr(test, p);
	iounmap((void __iomem *)p);
	expect_said(test, text, "\nuse: page 0 of ioremap area ");
	expect_said_of(test, text, " of physical 0xfee00000, made by %s+", __func__);
	expect_said(test, text, ", uncached");
	expect_said(test, text, "\nframe: pfn 0xfee00, physical 0xfee00000\n");
	/* With RAM above 4 GB, holes below have struct pages. */
	expect_said(test, text, pfn_valid(0xfee00) ? "\nwhat: reserved: " :
						     "\nwhat: no struct page");
	expect_said(test, text, " ioremap-pfn");
	expect_healthy(test, text);
}

/* The ROM of the BIOS has a struct page, since there is RAM above it. */
static void firmware(struct kunit *test)
{
	const char *text = explained(test, MM_LAYOUT_ASK_PHYS, 0xf0000);

	expect_said(test, text, "\nwhat: reserved: ");
	expect_said(test, text, "\nresource: ");
	expect_said_of(test, text, "\nalias: 0x%lx, its linear address\n",
		       PAGE_OFFSET + 0xf0000);
}

static void fixed_places(struct kunit *test)
{
	const char *text = explained(test, MM_LAYOUT_ASK_ADDR, __fix_to_virt(FIX_HOLE));

	expect_said_of(test, text, "\nuse: fixmap slot %d, FIX_HOLE\n", FIX_HOLE);
	text = explained(test, MM_LAYOUT_ASK_ADDR, CPU_ENTRY_AREA_RO_IDT + 8);
	expect_said(test, text, "\nregion: cpu_entry_area, ");
	expect_said(test, text, "\nuse: the IDT\n");
	expect_said(test, text, ", read-only, ");
	expect_said(test, text, " fixed-page");
	text = explain_addr(test, get_cpu_entry_area(0)->gdt);
	expect_said(test, text, "\nuse: the GDT of CPU 0\n");
}

/* The same page at two addresses: each story names the other. */
static void two_addresses(struct kunit *test)
{
	struct page *page = mm_layout_test_page(test);
	void *p = vmap(&page, 1, VM_MAP, PAGE_KERNEL);
	const char *text, *linear;

	KUNIT_ASSERT_NOT_NULL(test, p);
	text = explain_addr(test, p);
	linear = explain_addr(test, page_address(page));
	vunmap(p);
	expect_said_of(test, text, "\nalias: 0x%lx, its linear address\n",
		       (unsigned long)page_address(page));
	expect_said_of(test, linear, "\nalias: 0x%lx, page 0 of vmap area ",
		       (unsigned long)p);
}

/* Broken, it is named at the address; mended, all holds. */
static void violation_named(struct kunit *test)
{
	unsigned long addr = (unsigned long)page_address(mm_layout_test_page(test));
	const char *text;
	pte_t *ptep, old;
	unsigned int level;

	KUNIT_ASSERT_EQ(test, set_memory_4k(addr, 1), 0);
	KUNIT_ASSERT_EQ(test, set_memory_ro(addr, 1), 0);
	KUNIT_ASSERT_EQ(test, set_memory_rw(addr, 1), 0);
	ptep = lookup_address(addr, &level);
	KUNIT_ASSERT_EQ(test, level, (unsigned int)PG_LEVEL_4K);
	old = ptep_get(ptep);
	set_pte(ptep, __pte(pte_val(old) + PAGE_SIZE));
	mm_layout_console_reset();
	text = explained(test, MM_LAYOUT_ASK_ADDR, addr);
	set_pte(ptep, old);
	flush_tlb_kernel_range(addr, addr + PAGE_SIZE);
	expect_said(test, text, "\nviolated: linear-pfn: ");
	/* It tells who asks, not the console. */
	KUNIT_EXPECT_FALSE(test, mm_layout_console_saw("BUG: "));
	expect_healthy(test, explained(test, MM_LAYOUT_ASK_ADDR, addr));
}

#endif /* CONFIG_MM_LAYOUT_LINEAR */

#ifdef CONFIG_MM_LAYOUT_KMAP

static void kmapped_page(struct kunit *test)
{
	struct page *page = alloc_page(GFP_HIGHUSER), *other = alloc_page(GFP_HIGHUSER);
	const char *text, *local, *frame;
	void *addr, *slot;
	bool high;

	KUNIT_ASSERT_TRUE(test, page && other);
	high = PageHighMem(page) && PageHighMem(other);
	/* What is in the kmap window gets no slot, see arch_kmap_local_high_get(). */
	addr = kmap(page);
	slot = kmap_local_page(other);
	text = explain_addr(test, addr);
	local = explain_addr(test, slot);
	frame = explained(test, MM_LAYOUT_ASK_PFN, page_to_pfn(page));
	kunmap_local(slot);
	kunmap(page);
	__free_page(other);
	__free_page(page);
	if (!high)
		kunit_skip(test, "this machine has no highmem");
	expect_said_of(test, text, "\nregion: pkmap, 0x%lx-", PKMAP_ADDR(0));
	expect_said_of(test, text, "\nuse: kmap slot %lu, 1 users\n",
		       PKMAP_NR((unsigned long)addr));
	expect_said_of(test, text, ", pfn 0x%lx, writable, ", page_to_pfn(page));
	expect_said(test, text, "\npage: zone HighMem, ");
	/* Elsewhere, nobody looks for other addresses, and not at the fixmap. */
	if (!IS_ENABLED(CONFIG_MM_LAYOUT_LINEAR))
		return;
	expect_said_of(test, frame, "\nalias: 0x%lx, kmap slot ", (unsigned long)addr);
	expect_said(test, local, ", kmap_local slot ");
	expect_said(test, local, " of CPU ");
}

#endif /* CONFIG_MM_LAYOUT_KMAP */

static struct kunit_case live_explain_cases[] = {
	KUNIT_CASE(slab_object),
	KUNIT_CASE(large_kmalloc),
	KUNIT_CASE(vmalloc_page),
	KUNIT_CASE(freed_area),
	KUNIT_CASE(free_page_told),
	KUNIT_CASE(physical_told),
	KUNIT_CASE(last_frame),
	KUNIT_CASE(kernel_text),
	KUNIT_CASE(far_frames),
	KUNIT_CASE(nothing_unless_asked),
	KUNIT_CASE(fault_explained),
#ifdef CONFIG_DEBUG_VM
	KUNIT_CASE(bad_page_explained),
#endif
#ifdef CONFIG_MM_LAYOUT_LINEAR
	KUNIT_CASE(user_address),
	KUNIT_CASE(levels_of_address),
	KUNIT_CASE(large_leaf),
	KUNIT_CASE(page_table),
	KUNIT_CASE(holes),
	KUNIT_CASE(registers),
	KUNIT_CASE(firmware),
	KUNIT_CASE(fixed_places),
	KUNIT_CASE(two_addresses),
	KUNIT_CASE(violation_named),
#endif
#ifdef CONFIG_MM_LAYOUT_KMAP
	KUNIT_CASE(kmapped_page),
#endif
	{}
};

static struct kunit_suite live_explain_suite = {
	.name = "mm_layout_live_explain",
	.suite_init = mm_layout_console_init,
	.suite_exit = mm_layout_console_exit,
	.test_cases = live_explain_cases,
};

kunit_test_suite(live_explain_suite);
