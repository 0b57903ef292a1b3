/** What `xinyin ceremony` and `xinyin keys` say about themselves; apart, as each of their parts says it too. */

export const CEREMONY_HELP = `xinyin ceremony COMMAND

  script --custodians N --threshold K [--offline-root] [--root-crl-days D] [--out FILE]
      写出仪式脚本给人审阅：做哪些密钥、由谁保管、什么证书；附摘要。The script, for people to review, with its digest.
  run --script FILE --custodian NAME… --out DIR [--backup FILE --share FILE…]
      按脚本进行仪式：每位保管人核对摘要、设口令、得到一份备份分片；中断了用同一脚本再运行。
      Performs it: each custodian compares the digest, sets a passphrase, gets a share of the backup. Run again if cut off.
      --backup、--share：离线的根要签新证书时，用旧备份。When an offline root has something to sign.
  root-crl request [--days D] --out FILE
      在线：离线根的吊销列表要写什么（要连数据库）。Online: what the CRLs of offline roots must say.
  root-crl sign --request FILE --backup FILE --share FILE… --out DIR
      离线：由 K 位保管人签发。Offline: signed with the shares of K custodians.
  root-crl install FILE…
      在线：核对后发布。Online: checked and published.

  退出码 exit: 0 完成 done · 3 拒绝 refused`

export const KEYS_HELP = `xinyin keys COMMAND

  主密钥 master keys（服务不用停 while the service runs）
  status                 每个主密钥之下有多少文件和字段。What is under which master key.
  new-master             在 MASTER_KEY_FILE 里加一个新的当前主密钥。Adds a new current key to that file.
  rotate-master          把密钥文件和加密字段都换到当前主密钥之下；中断了再运行一次。
                         Puts key files and encrypted fields under the current key; run it again after an interruption.
  retire-master ID       确认 ID 之下什么都没有，把它从文件里删去。Takes a key out once nothing is under it.

  备份 backup
  backup --custodian NAME… --threshold K --out DIR
                         层次的密钥、主密钥、仪式记录，分成 N 份，K 份可以恢复。
                         Keys of the hierarchy, master keys, records of the ceremony; K of N shares restore it.
  restore --backup FILE --share FILE… [--master-keys-out FILE] [--with-root]
                         恢复到 XINYIN_DATA；离线的根仍然离线，除非 --with-root。
                         Into XINYIN_DATA; an offline root stays offline unless --with-root.

  退出码 exit: 0 完成 done · 1 还没有完 not yet · 3 拒绝 refused`
