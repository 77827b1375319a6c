# SPDX-License-Identifier: GPL-2.0
#
# kunit.py --qemu_config: the guest of guest.config, 32-bit x86 with highmem,
# without PAE. The kernel's own i386.py has no highmem.
# Nehalem has PAT, without which nobody keeps account of cache modes.
# kunit.py passes -m 1024 first; the later -m counts. memmap= makes a hole in lowmem.

import os
from pathlib import Path

from ..qemu_config import QemuArchParams

CONFIGS = Path(__file__).resolve().parent.parent
OWN = CONFIGS / os.environ.get('MM_LAYOUT_BASE', '') / 'guest.config'

QEMU_ARCH = QemuArchParams(linux_arch='i386',
			   kconfig=(OWN if OWN.exists() else CONFIGS / 'guest.config').read_text(),
			   qemu_arch='i386',
			   kernel_path='arch/x86/boot/bzImage',
			   kernel_command_line='console=ttyS0 memmap=16M$512M',
			   extra_qemu_params=['-m', '2048', '-smp', '2',
					      '-cpu', 'Nehalem'])
