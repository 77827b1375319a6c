// SPDX-License-Identifier: GPL-2.0
/*
 * What an allocation, a mapping and a switch of tasks cost, for scripts/bench: built for its guest, loaded, and
 * never kept. Of several rounds the shortest one counts, which no interrupt has
 * disturbed.
 */
#include <linux/completion.h>
#include <linux/gfp.h>
#include <linux/highmem.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#define ROUNDS	20
#define PAIRS	1000

/* Pages of vmalloc() in several areas, as long as the module is loaded. Nothing is measured then. */
static unsigned int hold;
module_param(hold, uint, 0);

#define AREAS	64
static void *areas[AREAS];

static bool kmalloc_pair(unsigned int size)
{
	void *p = kmalloc(size, GFP_KERNEL);

	kfree(p);
	return p;
}

static bool page_pair(unsigned int order)
{
	struct page *page = alloc_pages(GFP_KERNEL, order);

	if (page)
		__free_pages(page, order);
	return page;
}

static bool vmalloc_pair(unsigned int pages)
{
	void *p = vmalloc(pages * PAGE_SIZE);

	vfree(p);
	return p;
}

/* A page of highmem, for the pairs that map it. */
static struct page *high;

static bool kmap_pair(unsigned int unused)
{
	void *p = kmap(high);

	kunmap(high);
	return p;
}

static bool kmap_local_pair(unsigned int unused)
{
	void *p = kmap_local_page(high);

	kunmap_local(p);
	return p;
}

/* Two switches: to a task that does nothing, and back. */
static DECLARE_COMPLETION(ping);
static DECLARE_COMPLETION(pong);

static int answer(void *unused)
{
	while (!kthread_should_stop()) {
		wait_for_completion(&ping);
		complete(&pong);
	}
	return 0;
}

static bool switch_pair(unsigned int unused)
{
	complete(&ping);
	wait_for_completion(&pong);
	return true;
}

static void measure(const char *name, bool (*pair)(unsigned int), unsigned int arg)
{
	s64 best = S64_MAX;
	int i, j;

	for (i = 0; i < ROUNDS; i++) {
		ktime_t start = ktime_get();

		for (j = 0; j < PAIRS; j++) {
			if (!pair(arg)) {
				pr_info("alloc_bench: %s failed\n", name);
				return;
			}
		}
		best = min(best, ktime_to_ns(ktime_sub(ktime_get(), start)));
	}
	pr_info("alloc_bench: %s %lld\n", name, best);
}

static void release(void)
{
	int i;

	for (i = 0; i < AREAS; i++)
		vfree(areas[i]);
}

static int __init hold_pages(void)
{
	int i;

	for (i = 0; i < AREAS; i++) {
		areas[i] = vmalloc(hold / AREAS * PAGE_SIZE);
		if (!areas[i]) {
			release();
			return -ENOMEM;
		}
	}
	return 0;
}

static void measure_switch(void)
{
	struct task_struct *task = kthread_run(answer, NULL, "alloc_bench");
	void *p;

	if (IS_ERR(task)) {
		pr_info("alloc_bench: switch failed\n");
		return;
	}
	measure("switch", switch_pair, 0);
	p = kmap_local_page(high);
	measure("switch-mapped", switch_pair, 0);
	kunmap_local(p);
	/* It looks at this once it was woken. */
	complete(&ping);
	kthread_stop(task);
}

static void measure_mappings(void)
{
	high = alloc_page(GFP_HIGHUSER);
	if (!high) {
		pr_info("alloc_bench: no page\n");
		return;
	}
	measure("kmap", kmap_pair, 0);
	measure("kmap_local", kmap_local_pair, 0);
	measure_switch();
	__free_page(high);
}

static int __init alloc_bench_init(void)
{
	if (hold)
		return hold_pages();
	measure("kmalloc-64", kmalloc_pair, 64);
	measure("page", page_pair, 0);
	measure("8-pages", page_pair, 3);
	measure("kmalloc-4k", kmalloc_pair, PAGE_SIZE);
	measure("vmalloc-4k", vmalloc_pair, 1);
	measure("kmalloc-256k", kmalloc_pair, 64 * PAGE_SIZE);
	measure("vmalloc-256k", vmalloc_pair, 64);
	measure_mappings();
	return 0;
}
module_init(alloc_bench_init);

static void __exit alloc_bench_exit(void)
{
	release();
}
module_exit(alloc_bench_exit);

MODULE_DESCRIPTION("Cost of allocations");
MODULE_LICENSE("GPL");
