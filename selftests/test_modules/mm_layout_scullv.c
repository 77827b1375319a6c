// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/mm_layout_scullv, a device in the manner of scullv from the book "Linux
 * Device Drivers": what is written to it is kept in quanta, each of them an area
 * of vmalloc(). debugfs tells where they are, so that a test can look for them
 * among the areas that mm_layout lists.
 *
 * As with scull, a read or a write goes no further than to the end of a quantum,
 * a quantum is there once it was written to, and a read from one that is not
 * there returns 0, in front of the end of the data too.
 */
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/limits.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <linux/xarray.h>

static unsigned int quantum = 16 * PAGE_SIZE;
module_param(quantum, uint, 0444);
MODULE_PARM_DESC(quantum, "bytes of a quantum, whole pages (default: 16 pages)");

static unsigned int max_quanta = 256;
module_param(max_quanta, uint, 0444);
MODULE_PARM_DESC(max_quanta, "how many quanta there can be (default: 256)");

/* Protects what follows. */
static DEFINE_MUTEX(scullv_lock);
static DEFINE_XARRAY(scullv_quanta);
static loff_t scullv_size;

static struct dentry *scullv_dir;

static loff_t scullv_limit(void)
{
	return (loff_t)quantum * max_quanta;
}

static void scullv_trim(void)
{
	unsigned long index;
	void *data;

	xa_for_each(&scullv_quanta, index, data)
		vfree(data);
	xa_destroy(&scullv_quanta);
	scullv_size = 0;
}

/* The quantum of that number, which is made if it is not there. */
static void *scullv_get_quantum(unsigned long index)
{
	void *data = xa_load(&scullv_quanta, index);
	int err;

	if (data)
		return data;
	data = vzalloc(quantum);
	if (!data)
		return ERR_PTR(-ENOMEM);
	err = xa_insert(&scullv_quanta, index, data, GFP_KERNEL);
	if (err) {
		vfree(data);
		return ERR_PTR(err);
	}
	return data;
}

/* === The device === */

static int scullv_open(struct inode *inode, struct file *file)
{
	if (!(file->f_flags & O_TRUNC))
		return 0;
	if (mutex_lock_interruptible(&scullv_lock))
		return -ERESTARTSYS;
	scullv_trim();
	mutex_unlock(&scullv_lock);
	return 0;
}

static ssize_t scullv_read_locked(char __user *buf, size_t count, loff_t *ppos)
{
	unsigned long index;
	u32 offset;
	void *data;

	if (*ppos >= scullv_size)
		return 0;
	index = div_u64_rem(*ppos, quantum, &offset);
	data = xa_load(&scullv_quanta, index);
	if (!data)
		return 0;
	count = min3(count, quantum - offset, (u64)(scullv_size - *ppos));
	if (copy_to_user(buf, data + offset, count))
		return -EFAULT;
	*ppos += count;
	return count;
}

static ssize_t scullv_read(struct file *file, char __user *buf, size_t count,
			   loff_t *ppos)
{
	ssize_t ret;

	if (mutex_lock_interruptible(&scullv_lock))
		return -ERESTARTSYS;
	ret = scullv_read_locked(buf, count, ppos);
	mutex_unlock(&scullv_lock);
	return ret;
}

static ssize_t scullv_write_locked(const char __user *buf, size_t count,
				   loff_t *ppos)
{
	unsigned long index;
	u32 offset;
	void *data;

	if (!count)
		return 0;
	if (*ppos >= scullv_limit())
		return -ENOSPC;
	index = div_u64_rem(*ppos, quantum, &offset);
	data = scullv_get_quantum(index);
	if (IS_ERR(data))
		return PTR_ERR(data);
	count = min(count, quantum - offset);
	if (copy_from_user(data + offset, buf, count))
		return -EFAULT;
	*ppos += count;
	scullv_size = max(scullv_size, *ppos);
	return count;
}

static ssize_t scullv_write(struct file *file, const char __user *buf,
			    size_t count, loff_t *ppos)
{
	ssize_t ret;

	if (mutex_lock_interruptible(&scullv_lock))
		return -ERESTARTSYS;
	ret = scullv_write_locked(buf, count, ppos);
	mutex_unlock(&scullv_lock);
	return ret;
}

static loff_t scullv_llseek(struct file *file, loff_t offset, int whence)
{
	loff_t size;

	if (whence != SEEK_SET && whence != SEEK_CUR && whence != SEEK_END)
		return -EINVAL;
	if (mutex_lock_interruptible(&scullv_lock))
		return -ERESTARTSYS;
	size = scullv_size;
	mutex_unlock(&scullv_lock);
	return generic_file_llseek_size(file, offset, whence, scullv_limit(),
					size);
}

static const struct file_operations scullv_fops = {
	.owner = THIS_MODULE,
	.open = scullv_open,
	.read = scullv_read,
	.write = scullv_write,
	.llseek = scullv_llseek,
};

static struct miscdevice scullv_misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = KBUILD_MODNAME,
	.fops = &scullv_fops,
	.mode = 0600,
};

/* === debugfs === */

static int scullv_quanta_show(struct seq_file *m, void *unused)
{
	unsigned long index;
	void *data;

	if (mutex_lock_interruptible(&scullv_lock))
		return -ERESTARTSYS;
	/* The very address, as in mm_layout/areas: the file is for root only. */
	xa_for_each(&scullv_quanta, index, data)
		seq_printf(m, "%lu %#lx %u\n", index, (unsigned long)data,
			   quantum);
	mutex_unlock(&scullv_lock);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(scullv_quanta);

static int __init scullv_init(void)
{
	int err;

	if (!quantum || quantum > INT_MAX || !PAGE_ALIGNED(quantum) ||
	    !max_quanta || max_quanta > INT_MAX)
		return -EINVAL;
	err = misc_register(&scullv_misc);
	if (err)
		return err;
	scullv_dir = debugfs_create_dir(KBUILD_MODNAME, NULL);
	debugfs_create_file("quanta", 0400, scullv_dir, NULL,
			    &scullv_quanta_fops);
	return 0;
}
module_init(scullv_init);

static void __exit scullv_exit(void)
{
	debugfs_remove(scullv_dir);
	misc_deregister(&scullv_misc);
	scullv_trim();
}
module_exit(scullv_exit);

MODULE_DESCRIPTION("A device whose data is in vmalloc() areas, for the mm_layout selftest");
MODULE_LICENSE("GPL");
