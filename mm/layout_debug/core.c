// SPDX-License-Identifier: GPL-2.0
/*
 * Runs the checks: at boot, periodically and on request.
 *
 * A scan reads a living kernel without stopping it. What looks wrong once may
 * be a page on its way from one owner to the next; only what is still wrong
 * after several pauses is a violation.
 */
#define pr_fmt(fmt) "mm_layout: " fmt

#include <linux/delay.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/mutex.h>
#include <linux/panic.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/seq_file.h>
#include <linux/sprintf.h>
#include <linux/string.h>
#include <linux/time64.h>
#include <linux/workqueue.h>

#include "layout.h"

/*
 * The first wait, and how many there are, each four times as long as the one before.
 * Not static because the tests, which know what they have broken, wait only once.
 */
#define FIRST_WAIT_MS	50
unsigned int mm_layout_waits = MM_LAYOUT_WAITS;

/* Explain the address of an oops? Not static because a test switches it on. */
bool mm_layout_explains;

/* === Invariants === */

const struct mm_layout_invariant mm_layout_invariants[MM_LAYOUT_NR] = {
#define INVARIANT(_id, _check, _name, _sentence)			\
	[MM_LAYOUT_##_id] = {						\
		.name = _name,						\
		.sentence = _sentence,					\
		.check = MM_LAYOUT_CHECK_##_check,			\
	},
#include "invariants.h"
#undef INVARIANT
};

/**
 * mm_layout_note - write down that an invariant does not hold
 * @res: where to
 * @id: the invariant
 * @unit: what @start and @end count
 * @start: first address, pfn or zone that is wrong
 * @end: behind the last one
 * @fmt: what was found and what was expected
 * @args: of @fmt
 *
 * Context: any, allocates nothing.
 * Return: what was written down, NULL if it is only counted.
 */
struct mm_layout_violation *
mm_layout_note(struct mm_layout_result *res, enum mm_layout_id id,
	       enum mm_layout_unit unit, unsigned long start, unsigned long end,
	       const char *fmt, va_list args)
{
	struct mm_layout_violation *v;

	if (res->violations[id]++ >= MM_LAYOUT_MAX_PER_INVARIANT ||
	    res->nr == MM_LAYOUT_MAX_VIOLATIONS)
		return NULL;
	v = &res->violation[res->nr++];
	v->id = id;
	v->unit = unit;
	v->start = start;
	/* What is wrong may be that the end comes before the start. */
	v->end = end && end <= start ? start + 1 : end;
	v->hooked = false;
	v->nr_entries = 0;
	vscnprintf(v->what, sizeof(v->what), fmt, args);
	return v;
}

/**
 * mm_layout_violated - record that an invariant does not hold
 * @res: where to; NULL if it was found by a hook
 * @id: the invariant
 * @unit: what @start and @end count
 * @start: first address, pfn or zone that is wrong
 * @end: behind the last one
 * @fmt: what was found and what was expected
 *
 * Called through mm_layout_expect(). Context: any, allocates nothing.
 */
void mm_layout_violated(struct mm_layout_result *res, enum mm_layout_id id,
			enum mm_layout_unit unit, unsigned long start,
			unsigned long end, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	if (res)
		mm_layout_note(res, id, unit, start, end, fmt, args);
	else
		mm_layout_hook_violated(id, unit, start, end, fmt, args);
	va_end(args);
}

/**
 * mm_layout_skip - record that an invariant could not be checked on something
 * @res: where to
 * @id: the invariant
 * @reason: why not; a string that stays
 */
void mm_layout_skip(struct mm_layout_result *res, enum mm_layout_id id,
		    const char *reason)
{
	res->skipped[id]++;
	res->reason[id] = reason;
}

/**
 * mm_layout_skip_check - record that a whole check has no meaning here
 * @res: where to
 * @check: the check
 * @reason: why not; a string that stays
 */
void mm_layout_skip_check(struct mm_layout_result *res,
			  enum mm_layout_check_id check, const char *reason)
{
	unsigned int id;

	for (id = 0; id < MM_LAYOUT_NR; id++)
		if (mm_layout_invariants[id].check == check)
			mm_layout_skip(res, id, reason);
}

/* === Checks === */

static const struct {
	const char *name;
	void (*run)(struct mm_layout_result *res);
} checks[MM_LAYOUT_NR_CHECKS] = {
	[MM_LAYOUT_CHECK_REGIONS] = { "regions", mm_layout_check_regions },
	[MM_LAYOUT_CHECK_LINEAR] = { "linear", mm_layout_check_linear },
	[MM_LAYOUT_CHECK_ZONES] = { "zones", mm_layout_check_zones },
	[MM_LAYOUT_CHECK_MEMMAP] = { "memmap", mm_layout_check_memmap },
	[MM_LAYOUT_CHECK_BUDDY] = { "buddy", mm_layout_check_buddy },
	[MM_LAYOUT_CHECK_SLAB] = { "slab", mm_layout_check_slab },
	[MM_LAYOUT_CHECK_ALLOC] = { "alloc", mm_layout_check_alloc },
	[MM_LAYOUT_CHECK_VMALLOC] = { "vmalloc", mm_layout_check_vmalloc },
	[MM_LAYOUT_CHECK_IOREMAP] = { "ioremap", mm_layout_check_ioremap },
	[MM_LAYOUT_CHECK_KMAP] = { "kmap", mm_layout_check_kmap },
	[MM_LAYOUT_CHECK_FIXED] = { "fixed", mm_layout_check_fixed },
	[MM_LAYOUT_CHECK_PGDIR] = { "pgdir", mm_layout_check_pgdir },
	[MM_LAYOUT_CHECK_PROT] = { "prot", mm_layout_check_prot },
	[MM_LAYOUT_CHECK_ADDRESS] = { "address", mm_layout_check_address },
};

/**
 * mm_layout_check_find - the check of a name
 * @name: as in debugfs; "1" stands for all of them
 *
 * Return: the check, %MM_LAYOUT_CHECK_ALL for all of them, or -EINVAL.
 */
int mm_layout_check_find(const char *name)
{
	int i;

	if (!strcmp(name, "1"))
		return MM_LAYOUT_CHECK_ALL;
	for (i = 0; i < MM_LAYOUT_NR_CHECKS; i++)
		if (!strcmp(name, checks[i].name))
			return i;
	return -EINVAL;
}

/**
 * mm_layout_check_name - the name of a check
 * @check: the check
 *
 * Return: its name.
 */
const char *mm_layout_check_name(unsigned int check)
{
	return checks[check].name;
}

/* === Scan === */

/* Serialises scans, and protects what follows. */
static DEFINE_MUTEX(scan_lock);
static struct mm_layout_result first_look, second_look;
static struct mm_layout_summary last_summary;

static struct mm_layout_params params __ro_after_init = { .boot = true };

static void run_checks(struct mm_layout_result *res, unsigned int check)
{
	unsigned int i;

	memset(res, 0, sizeof(*res));
	for (i = 0; i < MM_LAYOUT_NR_CHECKS; i++)
		if (check == i || check == MM_LAYOUT_CHECK_ALL)
			checks[i].run(res);
	mm_layout_hooks_collect(res, check);
}

/* The same invariant, and a common address, frame or zone. */
static bool same_place(const struct mm_layout_violation *a,
		       const struct mm_layout_violation *b)
{
	/* The last address is compared, since an end of 0 is that of all. */
	return a->id == b->id && a->unit == b->unit &&
	       a->start <= b->end - 1 && b->start <= a->end - 1;
}

static bool seen_in(const struct mm_layout_violation *v,
		    const struct mm_layout_result *res)
{
	unsigned int i;

	for (i = 0; i < res->nr; i++)
		if (same_place(v, &res->violation[i]))
			return true;
	return false;
}

/**
 * mm_layout_confirm - keep what was seen twice
 * @first: what the first look found; only what the second look saw as well is
 *	left in it
 * @second: what the second look found
 */
void mm_layout_confirm(struct mm_layout_result *first,
		       const struct mm_layout_result *second)
{
	u8 recorded[2][MM_LAYOUT_NR] = { };
	u8 confirmed[MM_LAYOUT_NR] = { };
	unsigned int i, kept = 0;

	BUILD_BUG_ON(MM_LAYOUT_MAX_VIOLATIONS > U8_MAX);
	for (i = 0; i < second->nr; i++)
		recorded[1][second->violation[i].id]++;
	for (i = 0; i < first->nr; i++)
		recorded[0][first->violation[i].id]++;
	/* Those beyond what is recorded can only be counted. */
	for (i = 0; i < MM_LAYOUT_NR; i++)
		first->violations[i] = min(first->violations[i] - recorded[0][i],
					   second->violations[i] - recorded[1][i]);
	for (i = 0; i < first->nr; i++) {
		const struct mm_layout_violation *v = &first->violation[i];

		if (!seen_in(v, second))
			continue;
		first->violations[v->id]++;
		confirmed[v->id]++;
		first->violation[kept++] = *v;
	}
	first->nr = kept;
	/* If none of those that were recorded was seen twice, the others were not. */
	for (i = 0; i < MM_LAYOUT_NR; i++)
		if (recorded[0][i] && !confirmed[i])
			first->violations[i] = 0;
}

static unsigned long nr_violations(const struct mm_layout_result *res)
{
	unsigned long nr = 0;
	unsigned int i;

	for (i = 0; i < MM_LAYOUT_NR; i++)
		nr += res->violations[i];
	return nr;
}

static void summarize(const struct mm_layout_result *res,
		      struct mm_layout_summary *s)
{
	unsigned int i;

	s->invariants = 0;
	s->facts = 0;
	for (i = 0; i < MM_LAYOUT_NR; i++) {
		s->invariants += !!res->facts[i];
		s->facts += res->facts[i];
	}
	s->violations = nr_violations(res);
}

static void print_summary(const struct mm_layout_summary *s)
{
	char line[MM_LAYOUT_SUMMARY_LEN];

	mm_layout_format_summary(line, sizeof(line), s);
	if (s->violations)
		pr_err("%s\n", line);
	else
		pr_info("%s\n", line);
}

/* The @nr-th time. */
static void wait_to_look_again(unsigned int nr)
{
	msleep(FIRST_WAIT_MS << 2 * nr);
	/* What a task was preempted in the middle of, it has done by then. */
	if (nr == MM_LAYOUT_WAITS - 1)
		synchronize_rcu_tasks();
}

/* Leaves what is still wrong after several pauses. */
static void look_again(unsigned int check)
{
	unsigned int i;

	for (i = 0; i < mm_layout_waits && nr_violations(&first_look); i++) {
		wait_to_look_again(i);
		run_checks(&second_look, check);
		mm_layout_confirm(&first_look, &second_look);
	}
}

/**
 * mm_layout_scan - run checks and report what they find
 * @occasion: "boot", "final", "periodic", "hook", or "" on request
 * @check: a check, %MM_LAYOUT_CHECK_ALL, or %MM_LAYOUT_CHECK_HOOKS
 *
 * Context: process, sleeps. Scans are serialised.
 * Return: the number of violations.
 */
unsigned long mm_layout_scan(const char *occasion, unsigned int check)
{
	struct mm_layout_summary s = { .occasion = occasion };
	ktime_t start;

	mutex_lock(&scan_lock);
	start = ktime_get();
	run_checks(&first_look, check);
	/* What hooks have found stays as it is. */
	if (check != MM_LAYOUT_CHECK_HOOKS)
		look_again(check);
	s.usecs = ktime_us_delta(ktime_get(), start);
	summarize(&first_look, &s);
	s.hidden = mm_layout_report(&first_look, check);
	last_summary = s;
	mutex_unlock(&scan_lock);

	print_summary(&s);
	if (s.violations && params.panic)
		panic("mm_layout: %lu violations", s.violations);
	return s.violations;
}

/* === Judging a place === */

/* Not what the last scan has found, which debugfs still shows. */
static struct mm_layout_result judged;

static void run_asked(struct mm_layout_result *res, unsigned long asked)
{
	unsigned int i;

	memset(res, 0, sizeof(*res));
	for_each_set_bit(i, &asked, MM_LAYOUT_NR_CHECKS)
		checks[i].run(res);
}

static bool is_there(const struct mm_layout_violation *v, const struct mm_layout_judged *j)
{
	switch (v->unit) {
	case MM_LAYOUT_ADDR:
		/* A place is wrong for all of its page. */
		return j->is_addr && j->addr >= (v->start & PAGE_MASK) &&
		       j->addr <= PAGE_ALIGN(v->end) - 1;
	case MM_LAYOUT_PFN:
		return j->has_frame && j->pfn >= v->start && j->pfn < v->end;
	case MM_LAYOUT_ZONE:
		return j->has_zone && j->zone >= v->start && j->zone < v->end;
	}
	return false;
}

static void judge(enum mm_layout_id id, const struct mm_layout_judged *j,
		  mm_layout_judge_fn fn, void *arg)
{
	const struct mm_layout_violation *elsewhere = NULL;
	unsigned int i, recorded = 0;
	bool there = false;

	for (i = 0; i < judged.nr; i++) {
		const struct mm_layout_violation *v = &judged.violation[i];

		if (v->id != id)
			continue;
		recorded++;
		if (!is_there(v, j)) {
			elsewhere = v;
			continue;
		}
		there = true;
		fn(id, MM_LAYOUT_JUDGED_VIOLATED, v->what, arg);
	}
	if (there)
		return;
	if (judged.violations[id] > recorded)
		fn(id, MM_LAYOUT_JUDGED_ELSEWHERE,
		   "perhaps there, too: there is no room for all that is wrong", arg);
	else if (elsewhere)
		fn(id, MM_LAYOUT_JUDGED_ELSEWHERE, elsewhere->what, arg);
	else if (judged.facts[id])
		fn(id, MM_LAYOUT_JUDGED_HOLDS, "", arg);
}

/**
 * mm_layout_judge - do the invariants hold at a place?
 * @j: the place, and the checks that look at it
 * @fn: called for each of their invariants that were checked, and for each violation there
 * @arg: for @fn
 *
 * Prints nothing on the console, and does not count as a scan.
 *
 * Context: process, sleeps.
 */
void mm_layout_judge(const struct mm_layout_judged *j, mm_layout_judge_fn fn, void *arg)
{
	unsigned int i;

	mutex_lock(&scan_lock);
	run_asked(&judged, j->checks);
	for (i = 0; i < mm_layout_waits && nr_violations(&judged); i++) {
		wait_to_look_again(i);
		run_asked(&second_look, j->checks);
		mm_layout_confirm(&judged, &second_look);
	}
	for (i = 0; i < MM_LAYOUT_NR; i++)
		judge(i, j, fn, arg);
	mutex_unlock(&scan_lock);
}

/**
 * mm_layout_hooks_forgotten - the hooks have forgotten what they have found
 *
 * Context: process, sleeps.
 */
void mm_layout_hooks_forgotten(void)
{
	mutex_lock(&scan_lock);
	mm_layout_forget_hooked();
	mutex_unlock(&scan_lock);
}

/**
 * mm_layout_show_scan - print the result of the last scan
 * @m: where to
 */
void mm_layout_show_scan(struct seq_file *m)
{
	char line[MM_LAYOUT_SUMMARY_LEN];
	unsigned int i;

	mutex_lock(&scan_lock);
	seq_puts(m, "# invariant facts violations skipped\n");
	for (i = 0; i < MM_LAYOUT_NR; i++) {
		seq_printf(m, "%s %lu %lu %lu", mm_layout_invariants[i].name,
			   first_look.facts[i], first_look.violations[i],
			   first_look.skipped[i]);
		if (first_look.skipped[i])
			seq_printf(m, " %s", first_look.reason[i]);
		seq_putc(m, '\n');
	}
	if (first_look.locks)
		seq_printf(m, "# vmalloc locks %lu longest %llu ns\n",
			   first_look.locks, first_look.longest_lock);
	if (last_summary.occasion) {
		mm_layout_format_summary(line, sizeof(line), &last_summary);
		seq_printf(m, "mm_layout: %s\n", line);
	} else {
		seq_puts(m, "mm_layout: no scan yet\n");
	}
	mutex_unlock(&scan_lock);
}

/* === Boot === */

static int parse_option(char *opt, struct mm_layout_params *p)
{
	if (!strcmp(opt, "off"))
		*p = (struct mm_layout_params) { };
	else if (!strcmp(opt, "boot"))
		p->boot = true;
	else if (!strcmp(opt, "explain"))
		p->explain = true;
	else if (!strcmp(opt, "hooks"))
		p->hooks = true;
	else if (!strcmp(opt, "panic"))
		p->panic = true;
	else if (!strncmp(opt, "scan=", 5) &&
		 !kstrtouint(opt + 5, 10, &p->period) &&
		 p->period && p->period <= MM_LAYOUT_MAX_PERIOD)
		return 0;
	else
		return -EINVAL;
	return 0;
}

/**
 * mm_layout_parse - parse the boot parameter
 * @arg: a list of options, separated by commas; overwritten
 * @p: changed only if the whole list is right
 *
 * Return: 0, or -EINVAL for a list with an unknown option.
 */
int mm_layout_parse(char *arg, struct mm_layout_params *p)
{
	struct mm_layout_params new = *p;
	char *opt;

	if (!arg)
		return -EINVAL;
	while ((opt = strsep(&arg, ",")))
		if (parse_option(opt, &new))
			return -EINVAL;
	*p = new;
	return 0;
}

static int __init mm_layout_setup(char *arg)
{
	int ret = mm_layout_parse(arg, &params);

	if (ret)
		pr_err("mm_layout_debug=: unknown option, parameter ignored\n");
	return ret;
}
early_param("mm_layout_debug", mm_layout_setup);

static void periodic_scan(struct work_struct *work);
static DECLARE_DELAYED_WORK(periodic_work, periodic_scan);

static void periodic_scan(struct work_struct *work)
{
	mm_layout_scan("periodic", MM_LAYOUT_CHECK_ALL);
	queue_delayed_work(system_dfl_wq, &periodic_work,
			   secs_to_jiffies(params.period));
}

/* To explain an address takes per-CPU areas, so not before. */
static int __init mm_layout_boot_start(void)
{
	mm_layout_explains = params.explain;
	if (params.hooks)
		mm_layout_hooks_set(true);
	return 0;
}
early_initcall(mm_layout_boot_start);

static int __init mm_layout_boot_scan(void)
{
	if (params.boot)
		mm_layout_scan("boot", MM_LAYOUT_CHECK_ALL);
	return 0;
}
late_initcall(mm_layout_boot_scan);

/**
 * mm_layout_final_scan - scan when the kernel's own mappings are final
 *
 * Called once, when init memory is freed and the kernel is write protected.
 */
void mm_layout_final_scan(void)
{
	if (params.boot)
		mm_layout_scan("final", MM_LAYOUT_CHECK_ALL);
	if (params.period)
		queue_delayed_work(system_dfl_wq, &periodic_work,
				   secs_to_jiffies(params.period));
}
