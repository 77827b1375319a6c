# SPDX-License-Identifier: GPL-2.0
#
# kunit.py --qemu_config: as i386_highmem.py, with PAE. Nehalem is the oldest
# of QEMU's models that has NX and PAT without a warning about the rest. With
# DEBUG_VIRTUAL a __pa() of the wrong address is fatal: reports must not need it.
# There are guards between the slots of kmap_local_page().

from pathlib import Path

from ..qemu_config import QemuArchParams

CONFIGS = Path(__file__).resolve().parent.parent

QEMU_ARCH = QemuArchParams(linux_arch='i386',
			   kconfig=(CONFIGS / 'guest.config').read_text()
				   + (CONFIGS / 'pae.config').read_text()
				   + (CONFIGS / 'kmap-local.config').read_text()
				   + 'CONFIG_DEBUG_VIRTUAL=y\n',
			   qemu_arch='i386',
			   kernel_path='arch/x86/boot/bzImage',
			   kernel_command_line='console=ttyS0',
			   extra_qemu_params=['-m', '2048', '-smp', '2',
					      '-cpu', 'Nehalem'])
