// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests on the running kernel: what vmalloc(), vmap() and vm_map_ram() map,
 * and areas of the test's own whose entries or bookkeeping it breaks, to see the
 * report.
 */
#include <linux/gfp.h>
#include <linux/highmem.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/pgtable.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "layout_kunit.h"
#include "../../slab.h"

/* === Helpers === */

static void read_area_fn(const struct mm_layout_area *found,
			 struct page *const *pages, void *arg)
{
	*(struct mm_layout_area *)arg = *found;
}

/* What is known of the area at @p, which has to be there. */
static struct mm_layout_area area_at(struct kunit *test, const void *p)
{
	unsigned long addr = (unsigned long)p;
	struct mm_layout_area a = { };

	KUNIT_ASSERT_TRUE(test, mm_layout_read_area(addr, read_area_fn, &a));
	KUNIT_ASSERT_EQ(test, a.start, addr);
	KUNIT_EXPECT_TRUE(test, a.ready);
	return a;
}

static bool is_mapped(const void *p)
{
	struct mm_layout_entry e;

	mm_layout_read_entry((unsigned long)p, &e);
	return e.flags & MM_LAYOUT_PTE_PRESENT;
}

static unsigned long mapped_pfn(const void *p)
{
	struct mm_layout_entry e;

	mm_layout_read_entry((unsigned long)p, &e);
	return e.pfn;
}

static void vfree_action(void *p)
{
	vfree(p);
}

static void *test_vmalloc(struct kunit *test, unsigned long pages)
{
	void *p = vmalloc(pages * PAGE_SIZE);

	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, vfree_action, p));
	return p;
}

#define expect_report(test, ...) \
	mm_layout_expect_report(test, MM_LAYOUT_CHECK_VMALLOC, __VA_ARGS__)

/* Puts @new where the entry of @p is, and returns what was there. */
static pte_t swap_entry(struct kunit *test, void *p, pte_t new)
{
	return mm_layout_swap_entry(test, (unsigned long)p, new);
}

static void expect_clean(struct kunit *test)
{
	mm_layout_console_reset();
	KUNIT_EXPECT_EQ(test, mm_layout_patient_scan(MM_LAYOUT_CHECK_VMALLOC), 0UL);
	KUNIT_EXPECT_TRUE(test, mm_layout_console_saw("mm_layout: scan passed"));
}

/* === What is mapped === */

/* Every page leads to the page that is recorded, the guard page to none. */
static void check_vmalloc(struct kunit *test, unsigned long pages)
{
	u8 *p = test_vmalloc(test, pages);
	struct vm_struct *vm = find_vm_area(p);
	struct mm_layout_area a = area_at(test, p);
	unsigned long i;

	KUNIT_EXPECT_EQ(test, a.kind, MM_LAYOUT_AREA_VMALLOC);
	KUNIT_EXPECT_EQ(test, a.nr_pages, pages);
	KUNIT_EXPECT_EQ(test, a.end - a.start, (pages + 1) * PAGE_SIZE);
	for (i = 0; i < pages; i++) {
		p[i * PAGE_SIZE] = (u8)i;
		KUNIT_EXPECT_EQ(test, mapped_pfn(p + i * PAGE_SIZE),
				page_to_pfn(vm->pages[i]));
	}
	KUNIT_EXPECT_FALSE(test, is_mapped(p + pages * PAGE_SIZE));
	for (i = 0; i < pages; i++) {
		void *page = kmap_local_page(vm->pages[i]);

		KUNIT_EXPECT_EQ(test, *(u8 *)page, (u8)i);
		kunmap_local(page);
	}
	expect_clean(test);
}

static const unsigned long sizes[] = { 1, 4, 33, 2000 };

KUNIT_ARRAY_PARAM(pages, sizes, NULL);

static void vmalloc_pages(struct kunit *test)
{
	check_vmalloc(test, *(const unsigned long *)test->param_value);
}

/* The entries are empty as soon as vfree() returns; the address is kept for a while. */
/* The least of many: an interrupt makes a round longer, never shorter. */
static u64 least_time(void *(*alloc)(unsigned long size), void (*free)(const void *p))
{
	u64 start, least = U64_MAX;
	int i, round;

	for (round = 0; round < 32; round++) {
		start = ktime_get_ns();
		for (i = 0; i < 16; i++)
			free(alloc(PAGE_SIZE));
		least = min(least, ktime_get_ns() - start);
	}
	return least;
}

static void *kmalloc_size(unsigned long size)
{
	return kmalloc(size, GFP_KERNEL);
}

static void *vmalloc_size(unsigned long size)
{
	return vmalloc(size);
}

/* It maps and unmaps, which kmalloc() need not. Twice is the least of it. */
static void slower_than_kmalloc(struct kunit *test)
{
	u64 slow = least_time(vmalloc_size, vfree);
	u64 fast = least_time(kmalloc_size, kfree);

	kunit_info(test, "16 pages: kmalloc() %llu ns, vmalloc() %llu ns", fast, slow);
	/* With slab_debug=, kmalloc() fills and checks all of the page. */
	if (!__slub_debug_enabled())
		KUNIT_EXPECT_GT(test, slow, 2 * fast);
}

static void vfree_unmaps(struct kunit *test)
{
	void *p = vmalloc(4 * PAGE_SIZE);
	int i;

	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_EXPECT_TRUE(test, is_mapped(p));
	vfree(p);
	for (i = 0; i < 4; i++)
		KUNIT_EXPECT_FALSE(test, is_mapped(p + i * PAGE_SIZE));
	expect_clean(test);
}

#ifdef CONFIG_HIGHMEM
/* vmalloc() asks for highmem first: it needs no address but the one it makes. */
static void vmalloc_highmem(struct kunit *test)
{
	unsigned long i, nr = 2000, high = 0;
	struct vm_struct *vm;

	if (!totalhigh_pages())
		kunit_skip(test, "this machine has no highmem");
	vm = find_vm_area(test_vmalloc(test, nr));
	for (i = 0; i < nr; i++)
		high += !!PageHighMem(vm->pages[i]);
	KUNIT_EXPECT_NE(test, high, 0UL);
}
#endif

static void vunmap_action(void *p)
{
	vunmap(p);
}

/* Pages that are apart, and in the wrong order, in one piece. */
static void vmap_scattered(struct kunit *test)
{
	struct page *pages[3] = { mm_layout_test_page(test), mm_layout_test_page(test), NULL };
	struct mm_layout_area a;
	void *p;

	pages[2] = pages[0];
	p = vmap(pages, 3, VM_MAP, PAGE_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, vunmap_action, p));
	a = area_at(test, p);
	KUNIT_EXPECT_EQ(test, a.kind, MM_LAYOUT_AREA_VMAP);
	KUNIT_EXPECT_EQ(test, a.nr_pages, 0UL);
	/* The same page, twice: the compiler must not know better. */
	WRITE_ONCE(*(u32 *)p, 0x600d);
	KUNIT_EXPECT_EQ(test, READ_ONCE(*(u32 *)(p + 2 * PAGE_SIZE)), 0x600dU);
	KUNIT_EXPECT_EQ(test, mapped_pfn(p + PAGE_SIZE), page_to_pfn(pages[1]));
	expect_clean(test);
}

/* vmap() that takes over the pages and their array records them. */
static void vmap_put_pages(struct kunit *test)
{
	struct page **pages = kmalloc_array(2, sizeof(*pages), GFP_KERNEL);
	void *p;

	KUNIT_ASSERT_NOT_NULL(test, pages);
	pages[0] = alloc_page(GFP_KERNEL);
	pages[1] = alloc_page(GFP_KERNEL);
	KUNIT_ASSERT_TRUE(test, pages[0] && pages[1]);
	p = vmap(pages, 2, VM_MAP | VM_MAP_PUT_PAGES, PAGE_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, vfree_action, p));
	KUNIT_EXPECT_EQ(test, area_at(test, p).nr_pages, 2UL);
	expect_clean(test);
}

/* Small ones share a block, large ones have an area, without a guard page. */
static void map_ram(struct kunit *test)
{
	static const unsigned int counts[] = { 1, 2, 3, 32, 33, 65, 128 };
	struct page *page = mm_layout_test_page(test), **pages;
	unsigned int i, nr;
	void *p;

	pages = kunit_kcalloc(test, 128, sizeof(*pages), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, pages);
	for (i = 0; i < 128; i++)
		pages[i] = page;
	for (i = 0; i < ARRAY_SIZE(counts); i++) {
		nr = counts[i];
		p = vm_map_ram(pages, nr, NUMA_NO_NODE);
		KUNIT_ASSERT_NOT_NULL(test, p);
		KUNIT_EXPECT_EQ(test, mapped_pfn(p + (nr - 1) * PAGE_SIZE),
				page_to_pfn(page));
		expect_clean(test);
		vm_unmap_ram(p, nr);
		KUNIT_EXPECT_FALSE(test, is_mapped(p));
		KUNIT_EXPECT_FALSE(test, is_mapped(p + (nr - 1) * PAGE_SIZE));
		expect_clean(test);
	}
	vm_unmap_aliases();
	expect_clean(test);
}

/* What a smaller size does not need is unmapped and given back, but the area stays. */
static void vrealloc_shrinks(struct kunit *test)
{
	u8 *p = vmalloc(8 * PAGE_SIZE), *larger;
	struct mm_layout_area a;

	KUNIT_ASSERT_NOT_NULL(test, p);
	p[PAGE_SIZE] = 0x5a;
	KUNIT_EXPECT_PTR_EQ(test, vrealloc(p, 2 * PAGE_SIZE, GFP_KERNEL), (void *)p);
	a = area_at(test, p);
	KUNIT_EXPECT_EQ(test, a.nr_pages, 2UL);
	KUNIT_EXPECT_EQ(test, a.end - a.start, 9 * PAGE_SIZE);
	KUNIT_EXPECT_TRUE(test, is_mapped(p + PAGE_SIZE));
	KUNIT_EXPECT_FALSE(test, is_mapped(p + 2 * PAGE_SIZE));
	expect_clean(test);

	larger = vrealloc(p, 8 * PAGE_SIZE, GFP_KERNEL);
	KUNIT_EXPECT_NOT_NULL(test, larger);
	if (larger)
		p = larger;
	KUNIT_EXPECT_EQ(test, p[PAGE_SIZE], 0x5a);
	expect_clean(test);
	vfree(p);
}

/* === The range as a whole === */

static void read_tile(unsigned long addr, struct mm_layout_tile *t)
{
	mmap_write_lock(&init_mm);
	mm_layout_read_tile(addr, t);
	mmap_write_unlock(&init_mm);
}

struct usage {
	unsigned long free;
	unsigned long hole;
};

static struct usage read_usage(void)
{
	unsigned long addr = VMALLOC_START;
	struct usage u = { };
	struct mm_layout_tile t;

	while (addr < VMALLOC_END) {
		read_tile(addr, &t);
		if (t.owners & (MM_LAYOUT_TILE_FREE | MM_LAYOUT_TILE_POOL)) {
			u.free += t.end - t.start;
			u.hole = max(u.hole, t.end - t.start);
		}
		addr = t.end;
	}
	return u;
}

#define MAX_AREAS	64

/* Address space alone is used up: an area has no memory until somebody maps it. */
static void exhausted(struct kunit *test)
{
	unsigned long size = (VMALLOC_END - VMALLOC_START) / 16 & PAGE_MASK;
	struct vm_struct *vm[MAX_AREAS];
	unsigned int i, nr = 0;
	struct usage full;

	if (IS_ENABLED(CONFIG_KASAN_VMALLOC))
		kunit_skip(test, "addresses take memory for their shadow");
	while (nr < MAX_AREAS && (vm[nr] = get_vm_area(size, VM_MAP)))
		nr++;
	full = read_usage();
	KUNIT_EXPECT_GT(test, nr, 0U);
	KUNIT_EXPECT_LT(test, nr, (unsigned int)MAX_AREAS);
	KUNIT_EXPECT_LE(test, full.free, VMALLOC_END - VMALLOC_START - nr * size);
	KUNIT_EXPECT_LT(test, full.hole, size + PAGE_SIZE);
	expect_clean(test);
	for (i = 0; i < nr; i++)
		free_vm_area(vm[i]);
	/* Until their addresses are flushed from TLBs, they are not free. */
	vm_unmap_aliases();
	KUNIT_EXPECT_GE(test, read_usage().hole, size + PAGE_SIZE);
	expect_clean(test);
}

/* More than there can be is refused before any of it is taken. */
static void too_large(struct kunit *test)
{
	unsigned long size = (totalram_pages() + 1) << PAGE_SHIFT;

	if (size >> PAGE_SHIFT <= totalram_pages())
		size = PAGE_MASK;
	KUNIT_EXPECT_PTR_EQ(test, __vmalloc(size, GFP_KERNEL | __GFP_NOWARN), NULL);
	expect_clean(test);
}

/* === Victims === */

static void wrong_frame(struct kunit *test)
{
	void *p = test_vmalloc(test, 4);
	struct vm_struct *vm = find_vm_area(p);
	unsigned long other = page_to_pfn(vm->pages[0]);
	pte_t old;

	old = swap_entry(test, p + 2 * PAGE_SIZE, mk_pte(vm->pages[0], PAGE_KERNEL));
	expect_report(test, "vmap-pages: %#lx, 1 pages, maps pfn %#lx, expected pfn %#lx",
		      (unsigned long)p + 2 * PAGE_SIZE, other,
		      page_to_pfn(vm->pages[2]));
	swap_entry(test, p + 2 * PAGE_SIZE, old);
	expect_clean(test);
}

static void lost_entry(struct kunit *test)
{
	void *p = test_vmalloc(test, 4);
	pte_t old = swap_entry(test, p + PAGE_SIZE, __pte(0));

	expect_report(test, "vmap-pages: %#lx, 1 pages, is not mapped",
		      (unsigned long)p + PAGE_SIZE);
	swap_entry(test, p + PAGE_SIZE, old);
	expect_clean(test);
}

static void swapped_pages(struct kunit *test)
{
	void *p = test_vmalloc(test, 2);
	struct vm_struct *vm = find_vm_area(p);

	swap(vm->pages[0], vm->pages[1]);
	expect_report(test, "vmap-pages: %#lx, 1 pages, maps pfn %#lx, expected pfn %#lx",
		      (unsigned long)p, page_to_pfn(vm->pages[1]),
		      page_to_pfn(vm->pages[0]));
	swap(vm->pages[0], vm->pages[1]);
	expect_clean(test);
}

/* The owner is a pointer that leads nowhere. */
static void no_page(struct kunit *test)
{
	void *p = test_vmalloc(test, 2);
	struct vm_struct *vm = find_vm_area(p);
	struct page *page = vm->pages[1];

	vm->pages[1] = NULL;
	expect_report(test, "vmap-pages: %#lx, 1 pages, maps pfn %#lx, expected pfn ",
		      (unsigned long)p + PAGE_SIZE, page_to_pfn(page));
	vm->pages[1] = page;
	expect_clean(test);
}

static void slab_page_owned(struct kunit *test)
{
	void *p = test_vmalloc(test, 1);
	struct folio *folio = page_folio(vmalloc_to_page(p));

	__folio_set_slab(folio);
	expect_report(test, "vmap-owned: %#lx, 1 pages, owns pfn %#lx, which is a slab",
		      (unsigned long)p, folio_pfn(folio));
	__folio_clear_slab(folio);
	expect_clean(test);
}

/* Large enough to go to the free lists at once, not to those of a CPU. */
#define FREE_ORDER	5

#define FREE_TRIES	5

/* Somebody else may get the page before the scan sees it. */
static bool free_page_seen(struct kunit *test)
{
	struct page *page = alloc_pages(GFP_KERNEL, FREE_ORDER);
	char text[MM_LAYOUT_WHAT_LEN];
	bool seen;
	void *p;

	KUNIT_ASSERT_NOT_NULL(test, page);
	p = vmap(&page, 1, VM_MAP, PAGE_KERNEL);
	__free_pages(page, FREE_ORDER);
	KUNIT_ASSERT_NOT_NULL(test, p);
	mm_layout_console_reset();
	mm_layout_scan("", MM_LAYOUT_CHECK_VMALLOC);
	scnprintf(text, sizeof(text),
		  "BUG: mm_layout: vmap-owned: %#lx, 1 pages, maps pfn %#lx, which is free",
		  (unsigned long)p, page_to_pfn(page));
	seen = mm_layout_console_saw(text);
	vunmap(p);
	return seen;
}

static void free_page_mapped(struct kunit *test)
{
	int i;

	for (i = 0; i < FREE_TRIES && !free_page_seen(test); i++)
		;
	KUNIT_EXPECT_LT(test, i, FREE_TRIES);
	expect_clean(test);
}

static void guard_mapped(struct kunit *test)
{
	void *p = test_vmalloc(test, 3);
	struct page *page = mm_layout_test_page(test);
	void *guard_page = p + 3 * PAGE_SIZE;

	swap_entry(test, guard_page, mk_pte(page, PAGE_KERNEL));
	expect_report(test, "vmap-guard: %#lx, 1 pages, maps pfn %#lx",
		      (unsigned long)guard_page, page_to_pfn(page));
	swap_entry(test, guard_page, __pte(0));
	expect_clean(test);
}

/*
 * What vfree() has left behind would be found by the next owner of the address. There
 * is none until so much was freed that the TLBs are flushed.
 */
static void left_behind(struct kunit *test)
{
	struct page *page = mm_layout_test_page(test);
	void *p = vmalloc(2 * PAGE_SIZE);

	KUNIT_ASSERT_NOT_NULL(test, p);
	vfree(p);
	swap_entry(test, p, mk_pte(page, PAGE_KERNEL));
	expect_report(test,
		      "vmap-stray: %#lx, 1 pages, maps pfn %#lx, but there is no area",
		      (unsigned long)p, page_to_pfn(page));
	swap_entry(test, p, __pte(0));
	expect_clean(test);
}

/* The same where nobody has been, nor will be soon: in the middle of the largest hole. */
static void mapped_in_free(struct kunit *test)
{
	struct page *page = mm_layout_test_page(test);
	unsigned long addr = VMALLOC_START, last = 0, hole = 0;
	struct mm_layout_tile t;

	for (; addr < VMALLOC_END; addr = t.end) {
		read_tile(addr, &t);
		if (t.owners == MM_LAYOUT_TILE_FREE && t.end - t.start > hole) {
			hole = t.end - t.start;
			last = t.start + hole / 2 / PAGE_SIZE * PAGE_SIZE;
		}
	}
	KUNIT_ASSERT_NE(test, last, 0UL);
	swap_entry(test, (void *)last, mk_pte(page, PAGE_KERNEL));
	expect_report(test,
		      "vmap-stray: %#lx, 1 pages, maps pfn %#lx, but there is no area",
		      last, page_to_pfn(page));
	swap_entry(test, (void *)last, __pte(0));
	expect_clean(test);
}

static void block_page_mapped(struct kunit *test)
{
	struct page *page = mm_layout_test_page(test);
	void *p = vm_map_ram(&page, 1, NUMA_NO_NODE), *next = p + PAGE_SIZE;

	KUNIT_ASSERT_NOT_NULL(test, p);
	swap_entry(test, next, mk_pte(page, PAGE_KERNEL));
	expect_report(test,
		      "vmap-block: %#lx, 1 pages, maps pfn %#lx, but is not handed out",
		      (unsigned long)next, page_to_pfn(page));
	swap_entry(test, next, __pte(0));
	expect_clean(test);
	vm_unmap_ram(p, 1);
}

/* On 64 bit, the first ones come from a pool of what was freed. */
#define NEIGHBOURS	512

/* Two areas of the test's own, the second right behind the first. */
static struct vmap_area *neighbours(struct kunit *test, struct vmap_area **second)
{
	void *p = test_vmalloc(test, 1), *next;
	int i;

	for (i = 0; i < NEIGHBOURS; i++) {
		next = test_vmalloc(test, 1);
		*second = find_vmap_area((unsigned long)next);
		if (area_at(test, p).next_start == (unsigned long)next &&
		    area_at(test, p).end == (unsigned long)next)
			return find_vmap_area((unsigned long)p);
		p = next;
	}
	KUNIT_FAIL_AND_ABORT(test, "no two areas are adjacent");
	return NULL;
}

/* An area that ends too late claims what is another's. */
static void areas_overlap(struct kunit *test)
{
	struct vmap_area *next, *va = neighbours(test, &next);

	va->va_end += PAGE_SIZE;
	expect_report(test,
		      "vmap-area: area %#lx-%#lx overlaps the one behind it, which starts at %#lx",
		      va->va_start, va->va_end, next->va_start);
	KUNIT_EXPECT_TRUE(test, mm_layout_console_saw(" by its vm_struct"));
	va->va_end -= PAGE_SIZE;
	expect_clean(test);
}

#ifndef CONFIG_64BIT
/* Or what is free: far above what anybody gets meanwhile, who would be refused. */
static void area_in_free(struct kunit *test)
{
	unsigned long size = (VMALLOC_END - VMALLOC_START) / 4 & PAGE_MASK;
	struct vm_struct *vm = get_vm_area(size, VM_MAP);
	struct vmap_area *va;

	KUNIT_ASSERT_NOT_NULL(test, vm);
	va = find_vmap_area((unsigned long)vm->addr);
	va->va_end += PAGE_SIZE;
	expect_report(test, "vmap-tile: %#lx-%#lx is in a busy and a free area",
		      va->va_end - PAGE_SIZE, va->va_end);
	va->va_end -= PAGE_SIZE;
	free_vm_area(vm);
	expect_clean(test);
}
#endif

static void area_too_short(struct kunit *test)
{
	void *p = test_vmalloc(test, 2);
	struct vmap_area *va = find_vmap_area((unsigned long)p);

	va->va_end -= PAGE_SIZE;
	expect_report(test, "vmap-tile: %#lx-%#lx is in nothing",
		      va->va_end, va->va_end + PAGE_SIZE);
	va->va_end += PAGE_SIZE;
	expect_clean(test);
}

/* Nobody can put an area between these, and so change the list meanwhile. */
static void list_differs(struct kunit *test)
{
	struct vmap_area *next, *va = neighbours(test, &next);
	struct list_head *prev = next->list.prev;

	/* The list goes on, but backwards it misses one. */
	next->list.prev = va->list.prev;
	expect_report(test,
		      "vmap-area: area %#lx-%#lx has other neighbours in the list than in the tree",
		      next->va_start, next->va_end);
	next->list.prev = prev;
	expect_clean(test);
}

/* === Hooks === */

static void hook_pages(struct kunit *test)
{
	void *p = test_vmalloc(test, 2);
	unsigned long addr = (unsigned long)p;
	struct vm_struct *vm = find_vm_area(p);

	mm_layout_hooks_init(test);
	mm_layout_vmap_pages(addr, addr + 2 * PAGE_SIZE, PAGE_KERNEL, vm->pages);
	mm_layout_expect_clean(test, MM_LAYOUT_CHECK_HOOKS);
	mm_layout_vmap_pages(addr, addr + PAGE_SIZE, PAGE_KERNEL, vm->pages + 1);
	mm_layout_expect_told(test, "BUG: mm_layout: vmap-pages: ");
	mm_layout_hooks_exit(test);
}

#ifdef CONFIG_MM_LAYOUT_LINEAR
/* UML has no protections but one for the kernel. */
static void hook_prot(struct kunit *test)
{
	void *p = test_vmalloc(test, 1);
	unsigned long addr = (unsigned long)p;

	mm_layout_hooks_init(test);
	mm_layout_vmap_pages(addr, addr + PAGE_SIZE, PAGE_KERNEL_RO,
			     find_vm_area(p)->pages);
	mm_layout_expect_told(test, "BUG: mm_layout: vmap-flags: ");
	mm_layout_hooks_exit(test);
}
#endif

static void hook_unmap(struct kunit *test)
{
	void *p = test_vmalloc(test, 1);
	unsigned long addr = (unsigned long)p;

	mm_layout_hooks_init(test);
	mm_layout_vunmap(addr + PAGE_SIZE, addr + 2 * PAGE_SIZE);
	mm_layout_expect_clean(test, MM_LAYOUT_CHECK_HOOKS);
	mm_layout_vunmap(addr, addr + 2 * PAGE_SIZE);
	mm_layout_expect_told(test, ", but was just unmapped");
	mm_layout_hooks_exit(test);
}

/* All ways to map small pages come by the hooks, in atomic context too. */
static void hook_places(struct kunit *test)
{
	struct page *page = mm_layout_test_page(test);
	void *p;

	mm_layout_hooks_init(test);
	vfree(vmalloc(33 * PAGE_SIZE));
	p = __vmalloc(PAGE_SIZE, GFP_ATOMIC);
	KUNIT_EXPECT_NOT_NULL(test, p);
	vfree(p);
	p = vmap(&page, 1, VM_MAP, PAGE_KERNEL);
	KUNIT_EXPECT_NOT_NULL(test, p);
	vunmap(p);
	p = vm_map_ram(&page, 1, NUMA_NO_NODE);
	KUNIT_EXPECT_NOT_NULL(test, p);
	vm_unmap_ram(p, 1);
	KUNIT_EXPECT_GE(test, mm_layout_hook_count(MM_LAYOUT_HOOK_VMAP), 4UL);
	KUNIT_EXPECT_GE(test, mm_layout_hook_count(MM_LAYOUT_HOOK_VUNMAP), 4UL);
	mm_layout_expect_clean(test, MM_LAYOUT_CHECK_HOOKS);
	mm_layout_hooks_exit(test);
}

static struct kunit_case live_vmalloc_cases[] = {
	KUNIT_CASE_PARAM(vmalloc_pages, pages_gen_params),
	KUNIT_CASE(slower_than_kmalloc),
	KUNIT_CASE(vfree_unmaps),
#ifdef CONFIG_HIGHMEM
	KUNIT_CASE(vmalloc_highmem),
#endif
	KUNIT_CASE(vmap_scattered),
	KUNIT_CASE(vmap_put_pages),
	KUNIT_CASE(map_ram),
	KUNIT_CASE(vrealloc_shrinks),
	KUNIT_CASE(exhausted),
	KUNIT_CASE(too_large),
	KUNIT_CASE(wrong_frame),
	KUNIT_CASE(lost_entry),
	KUNIT_CASE(swapped_pages),
	KUNIT_CASE(no_page),
	KUNIT_CASE(slab_page_owned),
	KUNIT_CASE(free_page_mapped),
	KUNIT_CASE(guard_mapped),
	KUNIT_CASE(left_behind),
	KUNIT_CASE(mapped_in_free),
	KUNIT_CASE(block_page_mapped),
	KUNIT_CASE(areas_overlap),
#ifndef CONFIG_64BIT
	KUNIT_CASE(area_in_free),
#endif
	KUNIT_CASE(area_too_short),
	KUNIT_CASE(list_differs),
	KUNIT_CASE(hook_pages),
#ifdef CONFIG_MM_LAYOUT_LINEAR
	KUNIT_CASE(hook_prot),
#endif
	KUNIT_CASE(hook_unmap),
	KUNIT_CASE(hook_places),
	{}
};

static struct kunit_suite live_vmalloc_suite = {
	.name = "mm_layout_live_vmalloc",
	.suite_init = mm_layout_console_init,
	.suite_exit = mm_layout_console_exit,
	.test_cases = live_vmalloc_cases,
};

kunit_test_suite(live_vmalloc_suite);
