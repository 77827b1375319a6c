// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/kernel/debug/mm_layout/: the map, the slab caches, the vmap areas, scans
 * on request, the switch of the hooks, the story of an address.
 */
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/memblock.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "layout.h"

/* === map === */

/* @last instead of an end, which would not fit for the last byte of all. */
static void show_range(struct seq_file *m, unsigned long start,
		       unsigned long last, const char *name)
{
	seq_printf(m, "%#0*lx %#0*lx %7luK %s\n", (int)sizeof(long) * 2 + 2,
		   start, (int)sizeof(long) * 2 + 2, last,
		   ((last - start) >> 10) + 1, name);
}

static void show_regions(struct seq_file *m)
{
	struct mm_layout_region regions[MM_LAYOUT_MAX_REGIONS];
	unsigned int i, nr = mm_layout_arch_regions(regions);
	unsigned long pos = regions[0].start;

	/* Not so on UML, where user space is in other address spaces. */
	if (regions[0].start >= TASK_SIZE_MAX) {
		show_range(m, 0, TASK_SIZE_MAX - 1, "user");
		pos = TASK_SIZE_MAX;
	}
	for (i = 0; i < nr; i++) {
		if (pos < regions[i].start)
			show_range(m, pos, regions[i].start - 1, "hole");
		show_range(m, regions[i].start, regions[i].end - 1,
			   regions[i].name);
		pos = regions[i].end;
	}
	if (pos)
		show_range(m, pos, ULONG_MAX, "hole");
}

static void show_ram(unsigned long start_pfn, unsigned long end_pfn, bool ram,
		     void *arg)
{
	if (ram)
		seq_printf(arg, "ram %#lx %#lx\n", start_pfn, end_pfn - 1);
}

static void show_zones(struct seq_file *m)
{
	struct mm_layout_zone z;
	struct zone *zone;

	for_each_populated_zone(zone) {
		mm_layout_read_zone(zone, &z);
		seq_printf(m, "zone %s node %d pfn %#lx %#lx spanned %lu present %lu managed %lu\n",
			   z.name, z.nid, z.start_pfn, z.end_pfn - 1,
			   z.end_pfn - z.start_pfn, z.present, z.managed);
	}
}

static int map_show(struct seq_file *m, void *unused)
{
	show_regions(m);
	mm_layout_walk_ram(0, max_pfn, show_ram, m);
	get_online_mems();
	show_zones(m);
	put_online_mems();
	mm_layout_show_usage(m);
	mm_layout_show_kmap(m);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(map);

/* === slabs === */

static int slabs_show(struct seq_file *m, void *unused)
{
	mm_layout_show_slabs(m);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(slabs);

/* === areas === */

static int areas_show(struct seq_file *m, void *unused)
{
	mm_layout_show_areas(m);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(areas);

/* === scan === */

static int scan_show(struct seq_file *m, void *unused)
{
	mm_layout_show_scan(m);
	return 0;
}

/* The longest is "phys:0x" with all the digits of a physical address. */
#define WORD_LEN	32

/* Returns the word in @buf, of %WORD_LEN bytes, or an error. */
static char *read_word(char *buf, const char __user *ubuf, size_t count)
{
	if (!count || count >= WORD_LEN)
		return ERR_PTR(-EINVAL);
	if (copy_from_user(buf, ubuf, count))
		return ERR_PTR(-EFAULT);
	buf[count] = '\0';
	/* Binary input: a word must not end before the input does. */
	if (strlen(buf) != count)
		return ERR_PTR(-EINVAL);
	return strim(buf);
}

static ssize_t scan_write(struct file *file, const char __user *ubuf,
			  size_t count, loff_t *ppos)
{
	char buf[WORD_LEN];
	char *word = read_word(buf, ubuf, count);
	int check;

	if (IS_ERR(word))
		return PTR_ERR(word);
	check = mm_layout_check_find(word);
	if (check < 0)
		return check;
	mm_layout_scan("", check);
	return count;
}
DEFINE_SHOW_STORE_ATTRIBUTE(scan);

/* === hooks === */

static int hooks_show(struct seq_file *m, void *unused)
{
	seq_printf(m, "%d\n", mm_layout_hooks_on());
	return 0;
}

static ssize_t hooks_write(struct file *file, const char __user *ubuf,
			   size_t count, loff_t *ppos)
{
	char buf[WORD_LEN];
	char *word = read_word(buf, ubuf, count);

	if (IS_ERR(word))
		return PTR_ERR(word);
	if (strcmp(word, "0") && strcmp(word, "1"))
		return -EINVAL;
	mm_layout_hooks_set(*word == '1');
	return count;
}
DEFINE_SHOW_STORE_ATTRIBUTE(hooks);

/* === explain === */

/*
 * What is asked belongs to who has opened the file. If nothing was asked there, the
 * last question of all is answered, so that a shell can write and then read.
 */
struct asking {
	/* protects the others */
	struct mutex lock;
	bool asked;
	struct mm_layout_question q;
};

static struct asking last_asked = { .lock = __MUTEX_INITIALIZER(last_asked.lock) };

static bool get_question(struct asking *a, struct mm_layout_question *q)
{
	bool asked;

	mutex_lock(&a->lock);
	asked = a->asked;
	*q = a->q;
	mutex_unlock(&a->lock);
	return asked;
}

static void set_question(struct asking *a, const struct mm_layout_question *q)
{
	mutex_lock(&a->lock);
	a->asked = true;
	a->q = *q;
	mutex_unlock(&a->lock);
}

static void explain_line(const char *line, void *arg)
{
	seq_printf(arg, "%s\n", line);
}

static int explain_show(struct seq_file *m, void *unused)
{
	struct mm_layout_question q;

	if (get_question(m->private, &q) || get_question(&last_asked, &q))
		return mm_layout_explain(&q, explain_line, m);
	seq_puts(m, "# write an address, pfn:<number> or phys:<address>, in hexadecimal\n");
	return 0;
}

static int explain_open(struct inode *inode, struct file *file)
{
	struct asking *a = kzalloc_obj(*a);
	int ret;

	if (!a)
		return -ENOMEM;
	mutex_init(&a->lock);
	/* Room for a long story at once: to tell it anew takes another scan. */
	ret = single_open_size(file, explain_show, a, SZ_16K);
	if (ret)
		kfree(a);
	return ret;
}

static int explain_release(struct inode *inode, struct file *file)
{
	struct seq_file *m = file->private_data;

	kfree(m->private);
	return single_release(inode, file);
}

static ssize_t explain_write(struct file *file, const char __user *ubuf,
			     size_t count, loff_t *ppos)
{
	struct seq_file *m = file->private_data;
	struct mm_layout_question q;
	char buf[WORD_LEN];
	char *word = read_word(buf, ubuf, count);
	int ret;

	if (IS_ERR(word))
		return PTR_ERR(word);
	ret = mm_layout_parse_question(word, &q);
	if (ret)
		return ret;
	set_question(m->private, &q);
	set_question(&last_asked, &q);
	/* What is read next is the answer, from its start. */
	*ppos = 0;
	return count;
}

static const struct file_operations explain_fops = {
	.owner = THIS_MODULE,
	.open = explain_open,
	.read = seq_read,
	.write = explain_write,
	.llseek = seq_lseek,
	.release = explain_release,
};

static int __init mm_layout_debugfs_init(void)
{
	struct dentry *dir = debugfs_create_dir("mm_layout", NULL);

	debugfs_create_file("map", 0400, dir, NULL, &map_fops);
	debugfs_create_file("slabs", 0400, dir, NULL, &slabs_fops);
	debugfs_create_file("areas", 0400, dir, NULL, &areas_fops);
	debugfs_create_file("scan", 0600, dir, NULL, &scan_fops);
	debugfs_create_file("hooks", 0600, dir, NULL, &hooks_fops);
	debugfs_create_file("explain", 0600, dir, NULL, &explain_fops);
	return 0;
}
late_initcall(mm_layout_debugfs_init);
