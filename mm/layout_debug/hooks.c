// SPDX-License-Identifier: GPL-2.0
/*
 * Hooks look at memory at the moment when it is handed out.
 *
 * They run in any context, NMI included: they wait for nothing, allocate nothing
 * and print nothing. What they find wrong is written down here, and a work item
 * tells of it soon after. It stays written down, and lets every scan of these
 * invariants fail, until the hooks are switched on anew.
 */
#include <linux/atomic.h>
#include <linux/cpumask.h>
#include <linux/init.h>
#include <linux/irq_work.h>
#include <linux/jump_label.h>
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/spinlock.h>
#include <linux/stacktrace.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include "layout.h"

DEFINE_STATIC_KEY_FALSE(mm_layout_hooks);

/* What each hook has seen since it was switched on. */
DEFINE_PER_CPU(unsigned long [MM_LAYOUT_NR_HOOKS], mm_layout_hook_events);
DEFINE_PER_CPU(unsigned long, mm_layout_pages_handed);

/* The invariants that a hook looks at. */
static const struct {
	enum mm_layout_hook hook;
	enum mm_layout_id id;
} hook_ids[] = {
	{ MM_LAYOUT_HOOK_PAGE, MM_LAYOUT_ALLOC_ZONE },
	{ MM_LAYOUT_HOOK_PAGE, MM_LAYOUT_ALLOC_BLOCK },
	{ MM_LAYOUT_HOOK_SLAB, MM_LAYOUT_SLAB_CACHE },
	{ MM_LAYOUT_HOOK_SLAB, MM_LAYOUT_SLAB_ORDER },
	{ MM_LAYOUT_HOOK_SLAB, MM_LAYOUT_SLAB_ZONE },
	{ MM_LAYOUT_HOOK_SLAB, MM_LAYOUT_SLAB_PAGES },
#ifdef CONFIG_MM_LAYOUT_ENTRIES
	{ MM_LAYOUT_HOOK_SLAB, MM_LAYOUT_SLAB_LINEAR },
	{ MM_LAYOUT_HOOK_KMALLOC_LARGE, MM_LAYOUT_SLAB_LINEAR },
#endif
	{ MM_LAYOUT_HOOK_KMALLOC_LARGE, MM_LAYOUT_SLAB_ORDER },
	{ MM_LAYOUT_HOOK_KMALLOC_LARGE, MM_LAYOUT_SLAB_ZONE },
	{ MM_LAYOUT_HOOK_KMALLOC_LARGE, MM_LAYOUT_SLAB_PAGES },
	{ MM_LAYOUT_HOOK_VMAP, MM_LAYOUT_VMAP_PAGES },
	{ MM_LAYOUT_HOOK_VMAP, MM_LAYOUT_VMAP_FLAGS },
	{ MM_LAYOUT_HOOK_VUNMAP, MM_LAYOUT_VMAP_STRAY },
	{ MM_LAYOUT_HOOK_VMAP_PHYS, MM_LAYOUT_IOREMAP_PFN },
	{ MM_LAYOUT_HOOK_VMAP_PHYS, MM_LAYOUT_IOREMAP_ALIGN },
	{ MM_LAYOUT_HOOK_VMAP_PHYS, MM_LAYOUT_IOREMAP_CACHE },
#ifdef CONFIG_MM_LAYOUT_LINEAR
	{ MM_LAYOUT_HOOK_IOREMAP, MM_LAYOUT_IOREMAP_CACHE },
#endif
#ifdef CONFIG_MM_LAYOUT_KMAP
	{ MM_LAYOUT_HOOK_KMAP, MM_LAYOUT_KMAP_COUNT },
	{ MM_LAYOUT_HOOK_KMAP, MM_LAYOUT_KMAP_PAGE },
	{ MM_LAYOUT_HOOK_KMAP, MM_LAYOUT_KMAP_FLAGS },
	{ MM_LAYOUT_HOOK_LOCAL, MM_LAYOUT_KMAP_LOCAL },
#endif
};

/*
 * Protects what was found. A hook that finds it taken only counts: the holder may
 * be what it has interrupted, or what is traced while it holds the lock. Without
 * SMP, where the lock is always free, nothing is allocated in an NMI.
 */
static DEFINE_RAW_SPINLOCK(found_lock);
static struct mm_layout_result found;
static atomic_long_t uncaught[MM_LAYOUT_NR];

static void tell_hooks(struct work_struct *work)
{
	mm_layout_scan("hook", MM_LAYOUT_CHECK_HOOKS);
}

static DECLARE_WORK(tell_work, tell_hooks);

static void queue_tell_work(struct irq_work *work)
{
	queue_work(system_dfl_wq, &tell_work);
}

static DEFINE_IRQ_WORK(tell_irq_work, queue_tell_work);

/**
 * mm_layout_hook_violated - a hook has found that an invariant does not hold
 * @id: the invariant
 * @unit: what @start and @end count
 * @start: first address, pfn or zone that is wrong
 * @end: behind the last one
 * @fmt: what was found and what was expected
 * @args: of @fmt
 *
 * Context: any.
 */
void mm_layout_hook_violated(enum mm_layout_id id, enum mm_layout_unit unit,
			     unsigned long start, unsigned long end,
			     const char *fmt, va_list args)
{
	struct mm_layout_violation *v;
	unsigned long flags;

	if (!raw_spin_trylock_irqsave(&found_lock, flags)) {
		atomic_long_inc(&uncaught[id]);
		irq_work_queue(&tell_irq_work);
		return;
	}
	v = mm_layout_note(&found, id, unit, start, end, fmt, args);
	if (v) {
		v->hooked = true;
		v->nr_entries = stack_trace_save(v->entries,
						 ARRAY_SIZE(v->entries), 3);
	}
	raw_spin_unlock_irqrestore(&found_lock, flags);
	/* Those that are only counted wait for the next scan. */
	if (v)
		irq_work_queue(&tell_irq_work);
}

/**
 * mm_layout_hook_count - how often a hook was called
 * @hook: the hook
 *
 * Return: the number of times since the hooks were switched on.
 */
unsigned long mm_layout_hook_count(enum mm_layout_hook hook)
{
	unsigned long sum = 0;
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		sum += hook == MM_LAYOUT_HOOK_PAGE ?
		       READ_ONCE(per_cpu(mm_layout_pages_handed, cpu)) :
		       READ_ONCE(per_cpu(mm_layout_hook_events, cpu)[hook]);
	return sum;
}

/**
 * mm_layout_hooks_collect - add what the hooks have seen to a scan
 * @res: where it goes
 * @check: the check whose invariants are wanted, %MM_LAYOUT_CHECK_ALL or
 *	%MM_LAYOUT_CHECK_HOOKS for those of all
 *
 * Context: process.
 */
void mm_layout_hooks_collect(struct mm_layout_result *res, unsigned int check)
{
	unsigned long flags;
	unsigned int i;

	if (!mm_layout_hooks_on())
		return;
	for (i = 0; i < ARRAY_SIZE(hook_ids); i++)
		if (mm_layout_covers(check, hook_ids[i].id))
			res->facts[hook_ids[i].id] +=
				mm_layout_hook_count(hook_ids[i].hook);

	raw_spin_lock_irqsave(&found_lock, flags);
	for (i = 0; i < MM_LAYOUT_NR; i++)
		if (mm_layout_covers(check, i))
			res->violations[i] += found.violations[i] +
					      atomic_long_read(&uncaught[i]);
	for (i = 0; i < found.nr && res->nr < MM_LAYOUT_MAX_VIOLATIONS; i++)
		if (mm_layout_covers(check, found.violation[i].id))
			res->violation[res->nr++] = found.violation[i];
	raw_spin_unlock_irqrestore(&found_lock, flags);
}

static void forget_found(void)
{
	unsigned long flags;
	unsigned int cpu, i;

	for_each_possible_cpu(cpu) {
		memset(per_cpu(mm_layout_hook_events, cpu), 0,
		       sizeof(mm_layout_hook_events));
		per_cpu(mm_layout_pages_handed, cpu) = 0;
	}
	raw_spin_lock_irqsave(&found_lock, flags);
	memset(&found, 0, sizeof(found));
	for (i = 0; i < MM_LAYOUT_NR; i++)
		atomic_long_set(&uncaught[i], 0);
	raw_spin_unlock_irqrestore(&found_lock, flags);
}

/* Serialises switching. */
static DEFINE_MUTEX(hooks_lock);

/**
 * mm_layout_hooks_set - switch the hooks on or off
 * @on: which. In both cases they forget what they have seen
 *
 * Context: process, sleeps.
 */
void mm_layout_hooks_set(bool on)
{
	mutex_lock(&hooks_lock);
	static_branch_disable(&mm_layout_hooks);
	/* A hook that has started before that may still write down what it finds. */
	mm_layout_hooks_flush();
	forget_found();
	mm_layout_hooks_forgotten();
	if (on)
		static_branch_enable(&mm_layout_hooks);
	mutex_unlock(&hooks_lock);
}

/**
 * mm_layout_hooks_on - are the hooks switched on?
 *
 * Return: true if so.
 */
bool mm_layout_hooks_on(void)
{
	return static_key_enabled(&mm_layout_hooks);
}

/**
 * mm_layout_hooks_flush - wait until all that the hooks have found is told
 *
 * Context: process, sleeps.
 */
void mm_layout_hooks_flush(void)
{
	irq_work_sync(&tell_irq_work);
	flush_work(&tell_work);
}
