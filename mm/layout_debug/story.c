// SPDX-License-Identifier: GPL-2.0
/*
 * Puts what is known of an address into words. Reads nothing but the story that it is
 * given. Each line begins with a word that says what it is about.
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sprintf.h>
#include <linux/string.h>

#include "layout.h"

struct teller {
	mm_layout_line_fn fn;
	void *arg;
};

static __printf(2, 3) void tell(const struct teller *t, const char *fmt, ...)
{
	char line[MM_LAYOUT_LINE_LEN];
	va_list args;

	va_start(args, fmt);
	vscnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	t->fn(line, t->arg);
}

/* === The address === */

static void tell_question(const struct teller *t, const struct mm_layout_question *q)
{
	static const char * const names[] = {
		[MM_LAYOUT_ASK_ADDR] = "address",
		[MM_LAYOUT_ASK_PFN] = "pfn",
		[MM_LAYOUT_ASK_PHYS] = "phys",
	};

	tell(t, "%s: 0x%llx", names[q->ask], q->value);
}

static void tell_region(const struct teller *t, const struct mm_layout_story *s)
{
	if (s->user)
		tell(t, "region: user, 0x%lx-0x%lx: every process has its own",
		     s->start, s->last);
	else if (s->region)
		tell(t, "region: %s, 0x%lx-0x%lx, byte 0x%lx of it", s->region, s->start,
		     s->last, s->addr - s->start);
	else if (s->hole)
		tell(t, "region: none, 0x%lx-0x%lx is a hole", s->start, s->last);
	else
		tell(t, "region: none that is known");
}

/* Not all that could have a name has one, or has it told: then it is printed as a number. */
static void tell_symbol(const struct teller *t, const struct mm_layout_story *s)
{
	char text[MM_LAYOUT_LINE_LEN - 16];

	if (!s->symbol)
		return;
	scnprintf(text, sizeof(text), "%pS", (void *)s->addr);
	if (!str_has_prefix(text, "0x"))
		tell(t, "symbol: %s", text);
}

/* === The page tables === */

static const char *write_word(const struct mm_layout_level *l)
{
	if (!l->rw_known)
		return "";
	return l->flags & MM_LAYOUT_PTE_RW ? ", writable" : ", read-only";
}

static const char *exec_word(const struct mm_layout_level *l)
{
	if (!l->nx_known)
		return "";
	return l->flags & MM_LAYOUT_PTE_EXEC ? ", executable" : ", not executable";
}

static int put_flags(char *buf, size_t size, const struct mm_layout_level *l)
{
	unsigned int f = l->flags;
	int len;

	len = scnprintf(buf, size, "%s%s%s%s%s", write_word(l), exec_word(l),
			f & MM_LAYOUT_PTE_USER ? ", open to user space" : "",
			f & MM_LAYOUT_PTE_GLOBAL ? ", global" : "",
			f & MM_LAYOUT_PTE_RESERVED ? ", with a reserved bit" : "");
	/* Cache modes, only an architecture knows. */
	if (IS_ENABLED(CONFIG_MM_LAYOUT_LINEAR))
		len += scnprintf(buf + len, size - len, ", %s",
				 mm_layout_arch_cache_name(l->cache));
	return len;
}

static void tell_level(const struct teller *t, const struct mm_layout_level *l)
{
	char text[128] = "";
	int len;

	switch (l->kind) {
	case MM_LAYOUT_LEVEL_EMPTY:
		scnprintf(text, sizeof(text), "nothing");
		break;
	case MM_LAYOUT_LEVEL_ABSENT:
		scnprintf(text, sizeof(text), "not present");
		break;
	case MM_LAYOUT_LEVEL_BAD:
		scnprintf(text, sizeof(text), "leads to no page table");
		break;
	case MM_LAYOUT_LEVEL_TABLE:
		if (l->pfn == MM_LAYOUT_UNKNOWN)
			scnprintf(text, sizeof(text), "a page table");
		else
			scnprintf(text, sizeof(text), "page table in pfn 0x%lx", l->pfn);
		break;
	case MM_LAYOUT_LEVEL_LEAF:
		len = scnprintf(text, sizeof(text), "%luK page, pfn 0x%lx", l->leaf >> 10,
				l->pfn);
		put_flags(text + len, sizeof(text) - len, l);
		break;
	}
	tell(t, "%s[%lu]: 0x%llx, %s", l->name, l->index, l->raw, text);
}

/* === What it is used for === */

static int put_area(char *buf, size_t size, unsigned long addr,
		    const struct mm_layout_area *a)
{
	unsigned long page = (addr - a->start) >> PAGE_SHIFT;
	int len;

	if (addr < a->mapped_end)
		len = scnprintf(buf, size, "page %lu of", page);
	else
		len = scnprintf(buf, size, "guard page of");
	len += scnprintf(buf + len, size - len, " %s area 0x%lx-0x%lx",
			 mm_layout_area_name(a->kind), a->start, a->end - 1);
	if (a->phys)
		len += scnprintf(buf + len, size - len, " of physical 0x%llx", (u64)a->phys);
	if (a->caller)
		len += scnprintf(buf + len, size - len, ", made by %pS", (void *)a->caller);
	return len;
}

static int put_kmap(char *buf, size_t size, const struct mm_layout_use *use)
{
	if (use->kmap_count < 0)
		return scnprintf(buf, size, "kmap slot %d", use->kmap);
	if (!use->kmap_count)
		return scnprintf(buf, size, "kmap slot %d, free", use->kmap);
	return scnprintf(buf, size, "kmap slot %d, %d users", use->kmap,
			 use->kmap_count - 1);
}

static int put_fixmap(char *buf, size_t size, const struct mm_layout_use *use)
{
	int len = scnprintf(buf, size, "fixmap slot %d", use->fixmap);

	if (use->local >= 0)
		len += scnprintf(buf + len, size - len, ", kmap_local slot %d of CPU %d",
				 use->local, use->local_cpu);
	if (use->fixed)
		len += scnprintf(buf + len, size - len, ", %s", use->fixed);
	return len;
}

/* Returns 0 if nothing is known. */
static int put_use(char *buf, size_t size, unsigned long addr,
		   const struct mm_layout_use *use)
{
	if (use->area.end)
		return put_area(buf, size, addr, &use->area);
	if (use->owners & MM_LAYOUT_TILE_LAZY)
		return scnprintf(buf, size, "freed vmap area, not flushed from TLBs yet");
	if (use->owners)
		return scnprintf(buf, size, "in no vmap area");
	if (use->kmap >= 0)
		return put_kmap(buf, size, use);
	if (use->fixmap >= 0)
		return put_fixmap(buf, size, use);
	if (use->fixed && use->fixed_nr >= 0)
		return scnprintf(buf, size, "%s %d", use->fixed, use->fixed_nr);
	return use->fixed ? scnprintf(buf, size, "%s", use->fixed) : 0;
}

static void tell_use(const struct teller *t, const struct mm_layout_story *s)
{
	char text[MM_LAYOUT_LINE_LEN - 16];

	/* Not all architectures have the linear map in their page tables. */
	if (s->by_place)
		tell(t, "use: linear address of pfn 0x%lx, without a page-table entry",
		     s->frame.pfn);
	else if (put_use(text, sizeof(text), s->addr, &s->use))
		tell(t, "use: %s", text);
}

/* === The frame === */

static void tell_object(const struct teller *t, const struct mm_layout_owner *o)
{
	static const char * const states[] = {
		[MM_LAYOUT_OBJECT_UNKNOWN] = "state unknown",
		[MM_LAYOUT_OBJECT_FREE] = "free",
		[MM_LAYOUT_OBJECT_USED] = "in use, or kept free for a CPU",
	};

	tell(t, "what: slab of cache %s, byte %ld of object %u of %u, %lu bytes each, %s",
	     o->cache, o->offset, o->index, o->objects, o->size, states[o->state]);
}

static void tell_owner(const struct teller *t, const struct mm_layout_owner *o)
{
	switch (o->kind) {
	case MM_LAYOUT_OWNER_SLAB:
		if (!*o->cache)
			tell(t, "what: slab of no known cache");
		else if (o->state == MM_LAYOUT_OBJECT_NONE)
			tell(t, "what: slab of cache %s, behind its %u objects", o->cache,
			     o->objects);
		else
			tell_object(t, o);
		break;
	case MM_LAYOUT_OWNER_LARGE:
		tell(t, "what: byte %ld of a large kmalloc of %lu bytes", o->offset, o->size);
		break;
	case MM_LAYOUT_OWNER_KFENCE:
		tell(t, "what: in the KFENCE pool");
		break;
	case MM_LAYOUT_OWNER_NONE:
		break;
	}
}

/* Mappings are counted for all pages of a folio together. */
static const char *folio_word(const struct mm_layout_frame *f)
{
	return f->order ? "all of its folio " : "";
}

static void tell_what(const struct teller *t, const struct mm_layout_frame *f)
{
	switch (f->kind) {
	case MM_LAYOUT_FRAME_NONE:
		tell(t, "what: no struct page: no RAM, or none that the kernel knows");
		break;
	case MM_LAYOUT_FRAME_UNINIT:
		tell(t, "what: a struct page that was never initialised");
		break;
	case MM_LAYOUT_FRAME_FREE:
		tell(t, "what: free, page %lu of a block of order %u", f->pfn - f->head_pfn,
		     f->order);
		break;
	case MM_LAYOUT_FRAME_LOOSE:
		tell(t, "what: no references: kept free for a CPU, or inside of a larger block");
		break;
	case MM_LAYOUT_FRAME_RESERVED:
		tell(t, "what: reserved: kept from the page allocator");
		break;
	case MM_LAYOUT_FRAME_OWNED:
		tell_owner(t, &f->owner);
		break;
	case MM_LAYOUT_FRAME_TABLE:
		tell(t, "what: page table");
		break;
	case MM_LAYOUT_FRAME_ANON:
		tell(t, "what: anonymous memory of user space, %smapped %d times",
		     folio_word(f), f->mapcount);
		break;
	case MM_LAYOUT_FRAME_FILE:
		tell(t, "what: part of a file, %smapped %d times", folio_word(f),
		     f->mapcount);
		break;
	case MM_LAYOUT_FRAME_HUGETLB:
		tell(t, "what: a huge page of hugetlbfs, in use or in its pool");
		break;
	case MM_LAYOUT_FRAME_HELD:
		tell(t, "what: in use by the kernel");
		break;
	}
}

static void tell_frame(const struct teller *t, const struct mm_layout_frame *f)
{
	const struct mm_layout_resource *r = &f->resource;

	tell(t, "frame: pfn 0x%lx, physical 0x%llx", f->pfn, (u64)PFN_PHYS(f->pfn));
	if (f->kind != MM_LAYOUT_FRAME_NONE && f->kind != MM_LAYOUT_FRAME_UNINIT)
		tell(t, "page: zone %s, node %d, refcount %d, type 0x%x, flags %pGp",
		     f->zone, f->nid, f->refcount, f->type, &f->flags);
	tell_what(t, f);
	if (*r->name)
		tell(t, "resource: %s, physical 0x%llx-0x%llx", r->name, (u64)r->start,
		     (u64)r->end);
}

static void tell_aliases(const struct teller *t, const struct mm_layout_story *s)
{
	unsigned int i, nr = min(s->nr_aliases, MM_LAYOUT_MAX_ALIASES);
	char text[MM_LAYOUT_LINE_LEN - 32];

	for (i = 0; i < nr; i++) {
		if (put_use(text, sizeof(text), s->alias[i], &s->alias_use[i]))
			tell(t, "alias: 0x%lx, %s", s->alias[i], text);
		else if (s->alias[i] == s->linear)
			tell(t, "alias: 0x%lx, its linear address", s->alias[i]);
		else
			tell(t, "alias: 0x%lx, for what is not known", s->alias[i]);
	}
	if (s->nr_aliases > nr)
		tell(t, "alias: and %lu more", s->nr_aliases - nr);
}

/**
 * mm_layout_tell_story - put what is known of an address into words
 * @s: what is known
 * @fn: called for each line
 * @arg: for @fn
 *
 * Context: any.
 */
void mm_layout_tell_story(const struct mm_layout_story *s, mm_layout_line_fn fn, void *arg)
{
	const struct teller t = { .fn = fn, .arg = arg };
	unsigned int i;

	tell_question(&t, &s->q);
	if (s->is_addr) {
		tell_region(&t, s);
		tell_symbol(&t, s);
		for (i = 0; i < s->nr_levels; i++)
			tell_level(&t, &s->level[i]);
		tell_use(&t, s);
	}
	if (s->has_frame) {
		tell_frame(&t, &s->frame);
		tell_aliases(&t, s);
	}
}
