// SPDX-License-Identifier: GPL-2.0
/*
 * Tells of violations: on the console, to the tracepoint, to panic_on_warn.
 */
#include <linux/bitmap.h>
#include <linux/bug.h>
#include <linux/ctype.h>
#include <linux/hex.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/page_owner.h>
#include <linux/panic.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>
#include <linux/sprintf.h>
#include <linux/stacktrace.h>
#include <linux/string.h>

#define CREATE_TRACE_POINTS
#include <trace/events/mm_layout.h>

#include "layout.h"

/* So many violations of one invariant are printed in one scan. */
#define MAX_PRINTED	4

/* Several scans a second may all find something new. */
DEFINE_RATELIMIT_STATE(mm_layout_ratelimit, 5 * HZ, 32);

/*
 * What was printed and was still there in the last scan of its check. It is not
 * printed again, but it is once it comes back. Protected by the scan lock.
 */
static struct {
	enum mm_layout_id id;
	enum mm_layout_unit unit;
	unsigned long start;
	bool hooked;
} known[MM_LAYOUT_NR_CHECKS * MM_LAYOUT_MAX_VIOLATIONS];
static unsigned int nr_known;

/**
 * mm_layout_format_summary - a scan in one line
 * @buf: where to
 * @size: of @buf, in bytes
 * @s: the scan
 *
 * Return: the length of the line.
 */
int mm_layout_format_summary(char *buf, size_t size,
			     const struct mm_layout_summary *s)
{
	int len;

	len = scnprintf(buf, size,
			"%s%sscan %s: %u invariants, %lu facts, %lu violations, %lu us",
			s->occasion, *s->occasion ? " " : "",
			s->violations ? "FAILED" : "passed", s->invariants,
			s->facts, s->violations, s->usecs);
	if (s->hidden)
		len += scnprintf(buf + len, size - len, ", %lu not shown",
				 s->hidden);
	return len;
}

/**
 * mm_layout_format_header - the first line of a report
 * @buf: where to
 * @size: of @buf, in bytes
 * @v: the violation
 *
 * Return: the length of the line.
 */
int mm_layout_format_header(char *buf, size_t size,
			    const struct mm_layout_violation *v)
{
	return scnprintf(buf, size, "BUG: mm_layout: %s: %s",
			 mm_layout_invariants[v->id].name, v->what);
}

/**
 * mm_layout_hide - hide the kernel addresses in a line
 * @line: changed: the digits of what may be one become question marks
 */
void mm_layout_hide(char *line)
{
	char *p = line, *digits;
	u64 value;

	while ((p = strstr(p, "0x"))) {
		value = 0;
		p += 2;
		for (digits = p; isxdigit(*p); p++)
			value = value << 4 | hex_to_bin(*p);
		if (value >= PAGE_OFFSET && value <= ULONG_MAX)
			memset(digits, '?', p - digits);
	}
}

/**
 * mm_layout_err - print a line on the console
 * @fmt: the line, without its end
 *
 * Without the kernel's addresses where those are restricted: more people may see the
 * console than may read debugfs.
 *
 * Context: any.
 */
void mm_layout_err(const char *fmt, ...)
{
	char line[MM_LAYOUT_LINE_LEN];
	va_list args;

	va_start(args, fmt);
	vscnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	if (kptr_restrict)
		mm_layout_hide(line);
	pr_err("%s\n", line);
}

static void print_region(unsigned long addr)
{
	struct mm_layout_region regions[MM_LAYOUT_MAX_REGIONS];
	unsigned int i, nr = mm_layout_arch_regions(regions);

	for (i = 0; i < nr; i++) {
		if (addr < regions[i].start || addr >= regions[i].end)
			continue;
		mm_layout_err("mm_layout:   region %s: %#lx-%#lx",
			      regions[i].name, regions[i].start, regions[i].end - 1);
		return;
	}
	mm_layout_err("mm_layout:   region: none, %#lx is in a hole", addr);
}

/**
 * mm_layout_zone_name - the name of the zone that a page names
 * @nid: node
 * @zone: number of the zone in that; either may be what is wrong with the page
 *
 * Return: its name.
 */
const char *mm_layout_zone_name(int nid, unsigned int zone)
{
	if (nid < 0 || nid >= MAX_NUMNODES || !node_online(nid) ||
	    zone >= MAX_NR_ZONES)
		return "(none)";
	return NODE_DATA(nid)->node_zones[zone].name;
}

/* Reads the page without a lock: what is printed may be out of date. */
static void print_page(unsigned long pfn)
{
	struct page *page = pfn_to_online_page(pfn);

	if (!page) {
		mm_layout_err("mm_layout:   page: pfn %#lx has no struct page", pfn);
		return;
	}
	if (PagePoisoned(page)) {
		mm_layout_err("mm_layout:   page: pfn %#lx was never initialised", pfn);
		return;
	}
	mm_layout_err("mm_layout:   page: pfn %#lx, zone %s, refcount %d, type %#x, flags %pGp",
		      pfn, mm_layout_zone_name(mm_layout_page_nid(page), page_zonenum(page)),
		      page_ref_count(page), READ_ONCE(page->page_type), &page->flags);
	dump_page_owner(page);
}

static void print_object(const struct mm_layout_owner *o)
{
	static const char * const states[] = {
		[MM_LAYOUT_OBJECT_UNKNOWN] = "state unknown",
		[MM_LAYOUT_OBJECT_FREE] = "free",
		[MM_LAYOUT_OBJECT_USED] = "in use, or kept free for a CPU",
	};

	if (!*o->cache)
		mm_layout_err("mm_layout:   object: in a slab of no known cache");
	else if (o->state == MM_LAYOUT_OBJECT_NONE)
		mm_layout_err("mm_layout:   object: behind all %u objects of a slab of cache %s",
			      o->objects, o->cache);
	else
		mm_layout_err("mm_layout:   object: byte %ld of object %u of %u in a slab of cache %s, %lu bytes each, %s",
			      o->offset, o->index, o->objects, o->cache, o->size,
			      states[o->state]);
}

static void print_owner(unsigned long addr)
{
	struct mm_layout_owner o;

	if (!mm_layout_find_owner(addr, &o))
		return;
	switch (o.kind) {
	case MM_LAYOUT_OWNER_SLAB:
		print_object(&o);
		break;
	case MM_LAYOUT_OWNER_LARGE:
		mm_layout_err("mm_layout:   object: byte %ld of a large kmalloc of %lu bytes",
			      o.offset, o.size);
		break;
	case MM_LAYOUT_OWNER_KFENCE:
		mm_layout_err("mm_layout:   object: in the KFENCE pool");
		break;
	case MM_LAYOUT_OWNER_NONE:
		break;
	}
}

/* A page of highmem has no address that could be part of an object. */
static void print_object_of_page(unsigned long pfn)
{
	struct page *page = pfn_to_online_page(pfn);

	if (page && !PagePoisoned(page) && !is_highmem_idx(page_zonenum(page)))
		print_owner((unsigned long)lowmem_page_address(page));
}

static void print_place(const struct mm_layout_violation *v)
{
	struct mm_layout_bounds b;

	mm_layout_arch_bounds(&b);
	switch (v->unit) {
	case MM_LAYOUT_ADDR:
		print_region(v->start);
		mm_layout_arch_print_entry(v->start);
		/* Not with __pa(), which walks the entry that may be wrong. */
		if (b.max_low_pfn && v->start >= b.page_offset &&
		    v->start < b.high_memory)
			print_page(b.first_pfn + PHYS_PFN(v->start - b.page_offset));
		print_owner(v->start);
		break;
	case MM_LAYOUT_PFN:
		print_page(v->start);
		print_object_of_page(v->start);
		break;
	case MM_LAYOUT_ZONE:
		mm_layout_err("mm_layout:   node %lu, zone %lu", v->start / MAX_NR_ZONES,
			      v->start % MAX_NR_ZONES);
		break;
	}
}

/**
 * mm_layout_print - print one violation
 * @v: the violation
 *
 * Context: process.
 */
void mm_layout_print(const struct mm_layout_violation *v)
{
	char header[MM_LAYOUT_WHAT_LEN + 64];

	mm_layout_format_header(header, sizeof(header), v);
	mm_layout_err("%s", header);
	mm_layout_err("mm_layout:   invariant: %s", mm_layout_invariants[v->id].sentence);
	print_place(v);
	if (v->nr_entries) {
		mm_layout_err("mm_layout:   found at:");
		stack_trace_print(v->entries, v->nr_entries, 4);
	}
	trace_mm_layout_violation(mm_layout_invariants[v->id].name, v->what,
				  v->start, v->end);
}

static bool is_known(const struct mm_layout_violation *v)
{
	unsigned int i;

	for (i = 0; i < nr_known; i++)
		/* What a hook has found comes with its callers. */
		if (known[i].id == v->id && known[i].unit == v->unit &&
		    known[i].start == v->start && known[i].hooked == v->hooked)
			return true;
	return false;
}

/* Drops what @check looks at, or with %MM_LAYOUT_CHECK_HOOKS what hooks have found. */
static void forget(unsigned int check)
{
	unsigned int i, kept = 0;

	for (i = 0; i < nr_known; i++) {
		bool drop = check == MM_LAYOUT_CHECK_HOOKS ?
			    known[i].hooked :
			    mm_layout_covers(check, known[i].id);

		if (!drop)
			known[kept++] = known[i];
	}
	nr_known = kept;
}

/*
 * Of what this scan has found, only what was printed, now or earlier. What it did
 * not look at stays known.
 */
static void remember(const struct mm_layout_result *res, unsigned int check,
		     const unsigned long *told)
{
	unsigned int i;

	forget(check);
	for_each_set_bit(i, told, res->nr) {
		if (nr_known == ARRAY_SIZE(known))
			break;
		known[nr_known].id = res->violation[i].id;
		known[nr_known].unit = res->violation[i].unit;
		known[nr_known].start = res->violation[i].start;
		known[nr_known++].hooked = res->violation[i].hooked;
	}
}

/**
 * mm_layout_forget_hooked - print again what hooks have found, if they find it again
 *
 * Context: process, with the scan lock held.
 */
void mm_layout_forget_hooked(void)
{
	forget(MM_LAYOUT_CHECK_HOOKS);
}

/**
 * mm_layout_report - report what a scan has found
 * @res: the violations, confirmed by a second look
 * @check: the check that ran, or %MM_LAYOUT_CHECK_ALL, or %MM_LAYOUT_CHECK_HOOKS
 *
 * Prints each violation once as long as it is there, only the first few of each
 * invariant, and only so many at a time. Taints the kernel; panics if
 * panic_on_warn says so.
 *
 * Context: process, with the scan lock held.
 * Return: the number of violations that were not printed.
 */
unsigned long mm_layout_report(const struct mm_layout_result *res,
			       unsigned int check)
{
	DECLARE_BITMAP(told, MM_LAYOUT_MAX_VIOLATIONS) = { };
	unsigned int printed[MM_LAYOUT_NR] = { };
	unsigned long total = 0, shown = 0;
	unsigned int i;

	for (i = 0; i < MM_LAYOUT_NR; i++)
		total += res->violations[i];
	for (i = 0; i < res->nr; i++) {
		const struct mm_layout_violation *v = &res->violation[i];

		if (is_known(v)) {
			__set_bit(i, told);
			continue;
		}
		if (printed[v->id] == MAX_PRINTED ||
		    !__ratelimit(&mm_layout_ratelimit))
			continue;
		mm_layout_print(v);
		__set_bit(i, told);
		printed[v->id]++;
		shown++;
	}
	remember(res, check, told);
	if (total)
		add_taint(TAINT_BAD_PAGE, LOCKDEP_STILL_OK);
	if (shown)
		check_panic_on_warn("mm_layout");
	return total - shown;
}
