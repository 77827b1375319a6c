// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests on the running kernel: the kmap window and the slots of
 * kmap_local_page(). What is broken is a slot that the test uses, or one that nobody
 * does.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/gfp.h>
#include <linux/highmem.h>
#include <linux/irq_work.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include <asm/fixmap.h>

#include "layout_kunit.h"

/* === Helpers === */

static void free_test_page(void *page)
{
	__free_page(page);
}

#define HIGH_TRIES	(LAST_PKMAP + 1)

/*
 * A page of highmem that goes when the case ends. Not one that an earlier case has left
 * in the kmap window: kmap_local_page() may use that, see arch_kmap_local_high_get().
 */
static struct page *high_page(struct kunit *test)
{
	struct page *page;
	int i;

	if (!totalhigh_pages())
		kunit_skip(test, "this machine has no highmem");
	for (i = 0; i < HIGH_TRIES; i++) {
		page = alloc_page(GFP_HIGHUSER);
		KUNIT_ASSERT_NOT_NULL(test, page);
		KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, free_test_page,
								   page));
		KUNIT_ASSERT_TRUE_MSG(test, PageHighMem(page), "no highmem is free");
		if (!page_address(page))
			return page;
	}
	KUNIT_FAIL_AND_ABORT(test, "all that is free is in the kmap window");
	return NULL;
}

static void kunmap_page(void *page)
{
	kunmap(page);
}

static unsigned long kmapped(struct kunit *test, struct page *page)
{
	unsigned long addr = (unsigned long)kmap(page);

	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, kunmap_page, page));
	return addr;
}

static struct mm_layout_raw_kmap slot_of(unsigned long addr)
{
	struct mm_layout_raw_kmap raw;

	mm_layout_read_kmap(PKMAP_NR(addr), &raw);
	return raw;
}

static void expect_clean(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, mm_layout_patient_scan(MM_LAYOUT_CHECK_KMAP), 0UL);
}

/* The address of a slot that nobody uses. Nobody else should be looking for one. */
static unsigned long free_slot(struct kunit *test)
{
	struct mm_layout_raw_kmap raw;
	int nr;

	for (nr = LAST_PKMAP - 1; nr >= 0; nr--) {
		mm_layout_read_kmap(nr, &raw);
		if (!raw.count)
			return PKMAP_ADDR(nr);
	}
	KUNIT_FAIL_AND_ABORT(test, "the kmap window is full");
	return 0;
}

/* === kmap() === */

/* A page gets an address with kmap(), and keeps it after kunmap() until there is a flush. */
static void address_of_page(struct kunit *test)
{
	struct page *high = high_page(test), *low = mm_layout_test_page(test);
	unsigned long addr;

	kmap_flush_unused();
	KUNIT_EXPECT_NULL(test, page_address(high));
	addr = (unsigned long)kmap(high);
	KUNIT_EXPECT_GE(test, addr, PKMAP_ADDR(0));
	KUNIT_EXPECT_LT(test, addr, PKMAP_ADDR(LAST_PKMAP));
	KUNIT_EXPECT_PTR_EQ(test, page_address(high), (void *)addr);
	KUNIT_EXPECT_EQ(test, slot_of(addr).count, 2);
	KUNIT_EXPECT_EQ(test, pte_pfn(slot_of(addr).pte), page_to_pfn(high));
	KUNIT_EXPECT_PTR_EQ(test, kmap(high), (void *)addr);
	KUNIT_EXPECT_EQ(test, slot_of(addr).count, 3);
	expect_clean(test);
	kunmap(high);
	kunmap(high);
	KUNIT_EXPECT_PTR_EQ(test, page_address(high), (void *)addr);
	KUNIT_EXPECT_EQ(test, slot_of(addr).count, 1);
	expect_clean(test);
	kmap_flush_unused();
	KUNIT_EXPECT_NULL(test, page_address(high));
	KUNIT_EXPECT_EQ(test, slot_of(addr).count, 0);

	/* Lowmem has its address by arithmetic, and needs no slot. */
	KUNIT_EXPECT_PTR_EQ(test, kmap(low), __va(page_to_pfn(low) << PAGE_SHIFT));
	kunmap(low);
	expect_clean(test);
}

struct waiter {
	struct page *page;
	void *addr;
	struct completion done;
};

static int map_one(void *arg)
{
	struct waiter *w = arg;

	w->addr = kmap(w->page);
	complete(&w->done);
	return 0;
}

static int slots_in_use(void)
{
	struct mm_layout_raw_kmap raw;
	int nr, used = 0;

	for (nr = 0; nr < LAST_PKMAP; nr++) {
		mm_layout_read_kmap(nr, &raw);
		used += raw.count > 1;
	}
	return used;
}

/* When all slots are in use, who wants another waits for one to be given back. */
static void window_exhausted(struct kunit *test)
{
	struct waiter w = { .page = high_page(test) };
	struct task_struct *task;
	struct page **pages;
	int nr, i, used;

	init_completion(&w.done);
	pages = kunit_kcalloc(test, LAST_PKMAP, sizeof(*pages), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, pages);
	for (nr = 0; nr < LAST_PKMAP; nr++)
		pages[nr] = high_page(test);
	used = slots_in_use();
	for (nr = 0; nr < LAST_PKMAP - used; nr++)
		kmap(pages[nr]);
	KUNIT_ASSERT_EQ(test, slots_in_use(), LAST_PKMAP);
	expect_clean(test);

	task = kthread_run(map_one, &w, "mm_layout_kmap");
	KUNIT_ASSERT_FALSE(test, IS_ERR(task));
	KUNIT_EXPECT_EQ(test, wait_for_completion_timeout(&w.done, HZ / 5), 0UL);
	kunmap(pages[0]);
	KUNIT_EXPECT_NE(test, wait_for_completion_timeout(&w.done, 10 * HZ), 0UL);
	/* The only slot that there is has got a new page. */
	KUNIT_EXPECT_PTR_EQ(test, page_address(w.page), w.addr);
	KUNIT_EXPECT_NULL(test, page_address(pages[0]));
	expect_clean(test);

	kunmap(w.page);
	for (i = 1; i < nr; i++)
		kunmap(pages[i]);
	expect_clean(test);
}

/* Slots go round: a page that is mapped again may have another address. */
static void window_reused(struct kunit *test)
{
	struct page *page = high_page(test);
	DECLARE_BITMAP(seen, LAST_PKMAP) = { };
	int i;

	for (i = 0; i < 2 * LAST_PKMAP; i++) {
		unsigned long addr = (unsigned long)kmap(page);

		__set_bit(PKMAP_NR(addr), seen);
		kunmap(page);
		kmap_flush_unused();
	}
	KUNIT_EXPECT_GT(test, bitmap_weight(seen, LAST_PKMAP), LAST_PKMAP / 2);
	expect_clean(test);
}

/* The slot is free, but its entry is still there. */
static void stale_entry(struct kunit *test)
{
	struct page *page = high_page(test);
	unsigned long addr = free_slot(test);

	mm_layout_swap_entry(test, addr, mk_pte(page, kmap_prot));
	mm_layout_expect_report(test, MM_LAYOUT_CHECK_KMAP,
				"kmap-count: slot %#lx maps pfn %#lx, but has count 0",
				addr, page_to_pfn(page));
	mm_layout_swap_entry(test, addr, __pte(0));
	expect_clean(test);
}

static void lost_entry(struct kunit *test)
{
	unsigned long addr = kmapped(test, high_page(test));
	pte_t old = mm_layout_swap_entry(test, addr, __pte(0));

	mm_layout_expect_report(test, MM_LAYOUT_CHECK_KMAP,
				"kmap-count: slot %#lx has count 2, but is not mapped",
				addr);
	mm_layout_swap_entry(test, addr, old);
	expect_clean(test);
}

/* Two slots lead to one page, which has the address of the first. */
static void mapped_twice(struct kunit *test)
{
	struct page *page = high_page(test);
	unsigned long first = kmapped(test, page);
	unsigned long second = kmapped(test, high_page(test));
	pte_t old = mm_layout_swap_entry(test, second, mk_pte(page, kmap_prot));

	mm_layout_expect_report(test, MM_LAYOUT_CHECK_KMAP,
				"kmap-page: slot %#lx leads to pfn %#lx, whose page_address() is %#lx",
				second, page_to_pfn(page), first);
	mm_layout_swap_entry(test, second, old);
	expect_clean(test);
}

static void lowmem_mapped(struct kunit *test)
{
	struct page *low = mm_layout_test_page(test);
	unsigned long addr = kmapped(test, high_page(test));
	pte_t old = mm_layout_swap_entry(test, addr, mk_pte(low, kmap_prot));

	mm_layout_expect_report(test, MM_LAYOUT_CHECK_KMAP,
				"kmap-page: slot %#lx leads to pfn %#lx, which is not highmem",
				addr, page_to_pfn(low));
	mm_layout_swap_entry(test, addr, old);
	expect_clean(test);
}

static void read_only_slot(struct kunit *test)
{
	unsigned long addr = kmapped(test, high_page(test));
	pte_t old = mm_layout_swap_entry(test, addr, pte_wrprotect(slot_of(addr).pte));

	mm_layout_expect_report(test, MM_LAYOUT_CHECK_KMAP,
				"kmap-flags: slot %#lx has protections ", addr);
	mm_layout_swap_entry(test, addr, old);
	expect_clean(test);
}

/* === kmap_local_page() === */

/* Each mapping has its own slot, one below the other, on the CPU where the task is. */
static void nested(struct kunit *test)
{
	struct page *pages[3] = { high_page(test), high_page(test), high_page(test) };
	const unsigned long step = IS_ENABLED(CONFIG_DEBUG_KMAP_LOCAL) ? 2 : 1;
	char *addr[3];
	int i;

	for (i = 0; i < 3; i++) {
		addr[i] = kmap_local_page(pages[i]);
		*addr[i] = 'a' + i;
		expect_clean(test);
	}
	KUNIT_EXPECT_PTR_EQ(test, addr[1], addr[0] - step * PAGE_SIZE);
	KUNIT_EXPECT_PTR_EQ(test, addr[2], addr[1] - step * PAGE_SIZE);
	/* Other tasks use the slots meanwhile. */
	for (i = 0; i < 6; i++) {
		msleep(20);
		KUNIT_EXPECT_EQ(test, *addr[i % 3], 'a' + i % 3);
	}
	expect_clean(test);
	for (i = 2; i >= 0; i--) {
		kunmap_local(addr[i]);
		expect_clean(test);
	}
	/* The next user overwrites what is there. */
	KUNIT_EXPECT_PTR_EQ(test, kmap_local_page(pages[2]), addr[0]);
	KUNIT_EXPECT_EQ(test, *addr[0], 'c');
	kunmap_local(addr[0]);
}

struct interrupt {
	struct irq_work work;
	struct page *page;
	char *addr;
	char value;
};

static void map_in_interrupt(struct irq_work *work)
{
	struct interrupt *in = container_of(work, struct interrupt, work);

	in->addr = kmap_local_page(in->page);
	in->value = *in->addr;
	kunmap_local(in->addr);
}

/* An interrupt takes the slot behind those of the task. */
static void in_interrupt_too(struct kunit *test)
{
	struct interrupt in = { .page = high_page(test) };
	const unsigned long step = IS_ENABLED(CONFIG_DEBUG_KMAP_LOCAL) ? 2 : 1;
	char *addr = kmap_local_page(in.page);

	*addr = 'x';
	in.work = IRQ_WORK_INIT_HARD(map_in_interrupt);
	mm_layout_hooks_init(test);
	irq_work_queue(&in.work);
	irq_work_sync(&in.work);
	KUNIT_EXPECT_EQ(test, in.value, 'x');
	KUNIT_EXPECT_PTR_EQ(test, in.addr, addr - step * PAGE_SIZE);
	mm_layout_expect_clean(test, MM_LAYOUT_CHECK_KMAP);
	mm_layout_hooks_exit(test);
	kunmap_local(addr);
	expect_clean(test);
}

/* The address of slot @i of this CPU. The caller does not leave it. */
static unsigned long local_slot(unsigned int i)
{
	return __fix_to_virt(FIX_KMAP_BEGIN + KM_MAX_IDX * raw_smp_processor_id() + i);
}

/* Deep down, where nobody comes. With DEBUG_KMAP_LOCAL every other slot is a guard. */
static void left_behind(struct kunit *test)
{
	unsigned int nr = IS_ENABLED(CONFIG_DEBUG_KMAP_LOCAL) ? KM_MAX_IDX - 2 :
								KM_MAX_IDX - 1;
	struct page *page = high_page(test);
	unsigned long addr;

	migrate_disable();
	addr = local_slot(nr);
	mm_layout_swap_entry(test, addr, mk_pte(page, kmap_prot));
	mm_layout_expect_report(test, MM_LAYOUT_CHECK_KMAP,
				"kmap-local: slot %#lx of CPU %u holds ", addr,
				raw_smp_processor_id());
	KUNIT_EXPECT_TRUE(test, mm_layout_console_saw(", but nobody uses it"));
	mm_layout_swap_entry(test, addr, __pte(0));
	migrate_enable();
	expect_clean(test);
}

#ifdef CONFIG_DEBUG_KMAP_LOCAL
static void guard_mapped(struct kunit *test)
{
	struct page *page = high_page(test);
	unsigned long addr;

	migrate_disable();
	addr = local_slot(KM_MAX_IDX - 1);
	mm_layout_swap_entry(test, addr, mk_pte(page, kmap_prot));
	mm_layout_expect_report(test, MM_LAYOUT_CHECK_KMAP,
				"kmap-guard: guard slot %#lx of CPU %u holds ", addr,
				raw_smp_processor_id());
	mm_layout_swap_entry(test, addr, __pte(0));
	migrate_enable();
	expect_clean(test);
}

#define GUARD_CASES	KUNIT_CASE(guard_mapped),
#else
#define GUARD_CASES
#endif

/* === Hooks === */

static void hook_places(struct kunit *test)
{
	struct page *page = high_page(test), *other = high_page(test);
	unsigned long nr;
	void *addr;

	mm_layout_hooks_init(test);
	kmap(page);
	kunmap(page);
	KUNIT_EXPECT_GE(test, mm_layout_hook_count(MM_LAYOUT_HOOK_KMAP), 1UL);
	addr = kmap_local_page(other);
	nr = mm_layout_hook_count(MM_LAYOUT_HOOK_LOCAL);
	KUNIT_EXPECT_GE(test, nr, 1UL);
	/* Its slot is cleared when the task has to wait, and set when it goes on. */
	msleep(20);
	KUNIT_EXPECT_GE(test, mm_layout_hook_count(MM_LAYOUT_HOOK_LOCAL), nr + 2);
	nr = mm_layout_hook_count(MM_LAYOUT_HOOK_LOCAL);
	kunmap_local(addr);
	KUNIT_EXPECT_GE(test, mm_layout_hook_count(MM_LAYOUT_HOOK_LOCAL), nr + 1);
	mm_layout_expect_clean(test, MM_LAYOUT_CHECK_KMAP);
	mm_layout_hooks_exit(test);
}

static void hook_page(struct kunit *test)
{
	struct page *page = high_page(test), *other = high_page(test);
	unsigned long addr = kmapped(test, page);

	mm_layout_hooks_init(test);
	mm_layout_kmap(other, addr, virt_to_kpte(addr), 2);
	mm_layout_expect_told(test, "BUG: mm_layout: kmap-page: ");
	mm_layout_hooks_exit(test);
}

static void hook_local(struct kunit *test)
{
	unsigned long addr = (unsigned long)kmap_local_page(high_page(test));

	mm_layout_hooks_init(test);
	mm_layout_kmap_local(addr, virt_to_kpte(addr), __pte(0));
	mm_layout_expect_told(test, ", but nobody uses it");
	mm_layout_hooks_exit(test);
	mm_layout_hooks_init(test);
	mm_layout_kmap_local(addr, virt_to_kpte(addr),
			     pte_wrprotect(ptep_get(virt_to_kpte(addr))));
	mm_layout_expect_told(test, ", its task has mapped ");
	mm_layout_hooks_exit(test);
	kunmap_local((void *)addr);
}

static struct kunit_case live_kmap_cases[] = {
	KUNIT_CASE(address_of_page),
	KUNIT_CASE(window_exhausted),
	KUNIT_CASE(window_reused),
	KUNIT_CASE(stale_entry),
	KUNIT_CASE(lost_entry),
	KUNIT_CASE(mapped_twice),
	KUNIT_CASE(lowmem_mapped),
	KUNIT_CASE(read_only_slot),
	KUNIT_CASE(nested),
	KUNIT_CASE(in_interrupt_too),
	KUNIT_CASE(left_behind),
	GUARD_CASES
	KUNIT_CASE(hook_places),
	KUNIT_CASE(hook_page),
	KUNIT_CASE(hook_local),
	{}
};

static struct kunit_suite live_kmap_suite = {
	.name = "mm_layout_live_kmap",
	.suite_init = mm_layout_console_init,
	.suite_exit = mm_layout_console_exit,
	.test_cases = live_kmap_cases,
};

kunit_test_suite(live_kmap_suite);
