// SPDX-License-Identifier: GPL-2.0
/*
 * Who is killed when memory runs out: oom_score grows with a task's memory, is shifted by
 * oom_score_adj, and the highest one goes. To see that takes all memory of the machine, so
 * only where the environment has MM_LAYOUT_OOM=1, as that of a guest.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest_harness.h"

#define MB	1048576UL

static int read_score(pid_t pid)
{
	char path[64];
	int score = -1;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/oom_score", pid);
	f = fopen(path, "r");
	if (!f || fscanf(f, "%d", &score) != 1)
		score = -1;
	if (f)
		fclose(f);
	return score;
}

static bool set_adj(int adj)
{
	FILE *f = fopen("/proc/self/oom_score_adj", "w");

	if (!f)
		return false;
	fprintf(f, "%d", adj);
	return !fclose(f);
}

static unsigned long total_memory(void)
{
	return sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE);
}

/* Memory that is there, page by page. */
static char *touched(size_t size)
{
	char *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return NULL;
	memset(p, 1, size);
	return p;
}

TEST(score_grows)
{
	size_t size = total_memory() / 8;
	int before = read_score(getpid()), with;
	char *p;

	ASSERT_LE(0, before);
	p = touched(size);
	ASSERT_TRUE(!!p);
	with = read_score(getpid());
	/* A thousand is all memory, and two thirds of that are what is shown. */
	EXPECT_LE(before + 1000 * 2 / 3 / 8 - 10, with);
	munmap(p, size);
	EXPECT_GE(before + 10, read_score(getpid()));
}

TEST(score_is_shifted)
{
	int plain, least, most;

	ASSERT_TRUE(set_adj(0));
	plain = read_score(getpid());
	ASSERT_TRUE(set_adj(1000));
	most = read_score(getpid());
	ASSERT_TRUE(set_adj(-1000));
	least = read_score(getpid());
	ASSERT_TRUE(set_adj(0));
	/* We are root, and that is worth nothing any more: it is 1000 * 2 / 3 and our memory. */
	EXPECT_EQ(0, least);
	EXPECT_LE(1000 * 2 / 3 - 10, plain);
	EXPECT_LE(plain + 1000 * 2 / 3 - 10, most);
}

/* Keeps half a megabyte for itself until it is told to go by the end of the pipe. */
static void bystander(int fd)
{
	char *p = touched(MB / 2), c;

	_exit(!p || read(fd, &c, 1) != 0 || p[MB / 4] != 1);
}

static void hog(void)
{
	unsigned long i;

	for (i = 0; i < total_memory() / MB * 2; i++)
		if (!touched(MB))
			_exit(1);
	/* That was more than there is. */
	_exit(2);
}

/* A task with a score of its own. */
static pid_t start(int adj, int fd, int close_fd)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	close(close_fd);
	if (!set_adj(adj))
		_exit(3);
	if (fd >= 0)
		bystander(fd);
	hog();
	_exit(4);
}

static bool log_says(int kmsg, pid_t pid)
{
	char record[2048], expected[64];
	bool found = false;
	ssize_t len;

	snprintf(expected, sizeof(expected), "Killed process %d (", pid);
	while ((len = read(kmsg, record, sizeof(record) - 1)) > 0 || errno == EPIPE) {
		if (len <= 0)
			continue;
		record[len] = '\0';
		found |= !!strstr(record, expected);
	}
	return found;
}

FIXTURE(oom) { };

FIXTURE_SETUP(oom) { }

FIXTURE_TEARDOWN(oom) { }

/* It takes a while to touch gigabytes in an emulated machine. */
TEST_F_TIMEOUT(oom, hog_is_killed, 240)
{
	int kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK), fds[2], stat;
	pid_t guarded, plain, fat;

	if (!getenv("MM_LAYOUT_OOM"))
		SKIP(return, "would take all memory, and MM_LAYOUT_OOM is not set");
	ASSERT_LE(0, kmsg);
	ASSERT_LE(0, lseek(kmsg, 0, SEEK_END));
	ASSERT_EQ(0, pipe(fds));
	guarded = start(-1000, fds[0], fds[1]);
	plain = start(0, fds[0], fds[1]);
	ASSERT_LT(0, guarded);
	ASSERT_LT(0, plain);
	/* We are larger than most, and should be here to see it. */
	ASSERT_TRUE(set_adj(-1000));
	fat = start(0, -1, fds[1]);
	ASSERT_LT(0, fat);
	ASSERT_EQ(fat, waitpid(fat, &stat, 0));
	ASSERT_TRUE(set_adj(0));
	EXPECT_TRUE(WIFSIGNALED(stat));
	EXPECT_EQ(SIGKILL, WTERMSIG(stat));
	EXPECT_TRUE(log_says(kmsg, fat));
	/* The others are there, with all that they had. */
	EXPECT_EQ(0, waitpid(guarded, &stat, WNOHANG));
	EXPECT_EQ(0, waitpid(plain, &stat, WNOHANG));
	close(fds[0]);
	close(fds[1]);
	ASSERT_EQ(guarded, waitpid(guarded, &stat, 0));
	EXPECT_EQ(0, stat);
	ASSERT_EQ(plain, waitpid(plain, &stat, 0));
	EXPECT_EQ(0, stat);
	close(kmsg);
}

TEST_HARNESS_MAIN
