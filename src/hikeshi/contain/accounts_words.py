"""What `hikeshi accounts` says: 「日本語 / English」, one sentence each."""

STATES = {
    "closed": "「{user}」は、もう使えません（確かめました）。 / “{user}” cannot be used any more (seen to be so).",
    "open": "「{user}」は、まだ開いています。 / “{user}” still stands open.",
    "unknown": "「{user}」の状態は、確かめていません。 / How “{user}” stands was not looked at.",
}
RESULTS = {
    "ok": "できた / done",
    "failed": "できなかった / failed",
    "would": "する / would be done",
    "done": "もうすんでいる / done already",
}
STEPS = {
    "proof": "証拠を残す / taking the proof",
    "proof-methods": "証拠：サインインの方法 / proof: sign-in methods",
    "proof-rules": "証拠：メールの規則 / proof: mail rules",
    "proof-grants": "証拠：アプリへの許し / proof: consents to apps",
    "proof-tokens": "証拠：つながったアプリ / proof: connected apps",
    "proof-asps": "証拠：アプリ パスワード / proof: app passwords",
    "lock": "鍵をかけ、期限を切る / lock and expire",
    "sessions": "入ったままの人を追い出す / ending sessions",
    "keys": "鍵を証拠に移す / moving the keys to evidence",
    "jobs": "予定を証拠に移す / moving scheduled jobs to evidence",
    "verify": "確かめる / looking again",
    "passwords": "パスワードを捨てる / throwing the passwords away",
    "applications": "アプリのパスワードを消す / deleting application passwords",
    "salts": "wp-config.php の鍵を作り直す / new salts in wp-config.php",
    "block": "サインインを止める / blocking the sign-in",
    "methods": "サインインの方法を外す / removing sign-in methods",
    "rules": "転送や消す規則を外す / removing rules that forward or hide",
    "grants": "アプリへの許しを取り消す / withdrawing consents to apps",
    "suspend": "利用を止める / suspending the user",
    "sign-out": "全部の機械からログアウトさせる / signing out everywhere",
    "tokens": "アプリの許しを取り消す / removing apps' access",
    "app-passwords": "アプリ パスワードを消す / deleting app passwords",
    "backup-codes": "控えの番号を無効にする / invalidating backup codes",
    "recovery": "再設定先を外す / removing the recovery addresses",
    "connection": "途中で続けられなくなった / could not go on",
}
SAID = {
    "dry": "試しの実行です。何も変えていません。 / A dry run: nothing was changed.",
    "undo": "元に戻すには：{undo} / To undo: {undo}",
    "undo_none": "捨てたパスワードは戻りません。本人が「パスワードをお忘れですか？」から決め直します。"
    " / Passwords that were thrown away do not come back: each person chooses a new one by “Lost your password?”.",
    "sha256": "返事のSHA-256：{sha256} / SHA-256 of the answers: {sha256}",
    "case": "事故 {book} の記録に入れました。 / It is in the record of {book}.",
    "journal": "事故の記録が手もとにない（または一つに決まらない）ため、手控え {book} に書きました。"
    "あとで「python3 start.py evidence import」で取り込めます。"
    " / There is no incident at hand (or more than one), so the journal {book} was written. "
    "“python3 start.py evidence import” takes it in later.",
    "traces": "閉じると見られなくなる証拠を、まだ撮っていません（アカウントのページの手順）："
    " / Some proof that closing takes away was not taken yet (steps of the account's page):",
    "too_long": "証拠が長すぎて、全部は残せません。閉じると消える証拠のため、まだ閉じません。"
    "その機械で写しを取るか、なくてもよければ、--proof-taken を付けてもう一度実行してください。"
    " / The proof is too long to be kept whole, and closing would destroy the rest, so nothing is closed over it. "
    "Copy it on that machine, or do without it, and run this again with --proof-taken.",
    "taken": "もう撮ったか、撮れなくてもよいので、いま閉じますか / It was taken, or may be lost: close it now",
    "script": "{path} を作りました。その機械の管理者として PowerShell で動かし、"
    "できたフォルダーを証拠としてアカウントのページに付けます。わたしたちは実機で動かしていません。"
    " / {path} was made. Run it in PowerShell as that machine's administrator, and attach the folder it makes as proof "
    "on the account's page. It was not run on a real machine by us.",
    "by_hand": "Gmail や Exchange の画面でだけ見える転送は、アカウントのページの手順で見てください。"
    " / Forwarding that only the mail service's own pages show is looked at by the steps of the account's page.",
    "none": "この事故には、まだアカウントが足されていません。画面の「アカウントを守る」で足せます。"
    " / No account is on this incident's list yet. “Secure the accounts” on the page adds them.",
    "line": "{state}  {name}  {done}/{total}  {id} / {state}  {name}  {done}/{total}  {id}",
    "token": "アクセストークン（見えません）： / Access token (not shown): ",
}
STANDING = {
    "closed": "使えなくした / closed    ",
    "left_open": "まだ開いている / still open",
    "begun": "途中 / begun     ",
    "new": "まだ / not begun ",
}
