# HIKESHI_CARRIED: for a person at the machine. What is kept for the undo is this very file.
function Write-Told([string[]]$Said) {
    $told = @{}
    foreach ($line in $Said) {
        $key, $value = $line -split '\t', 2
        $told[$key] = $value
        if (@('step', 'detail') -contains $key) { Write-Host "  $value" }
    }
    $again = "powershell -NoProfile -ExecutionPolicy Bypass -File `"$PSCommandPath`" -Verb"
    if ($told['failed'] -eq 'not_root') {
        Write-Host '管理者の権限が要ります。何も変えていません。PowerShellを「管理者として実行」で開いてください。急ぐときはLANケーブルを抜いてください。'
        Write-Host 'Administrator rights are needed; nothing was changed. Open PowerShell with "Run as administrator". If it is urgent, pull out the cable.'
        return
    }
    if ($told['failed']) {
        Write-Host "できませんでした（$($told['failed'])）。LANケーブルを抜き、Wi-Fiを切ってください。電源は入れたままにします。"
        Write-Host "It could not be done ($($told['failed'])). Pull out the network cable and switch Wi-Fi off; leave the power on."
        return
    }
    switch ($told['state']) {
        'isolated' {
            Write-Host '切り離されています。電源は切らないでください。したことと時刻を紙に書きます。'
            Write-Host 'Cut off the network. Leave the power on. Write down what you did, and when.'
            Write-Host "元に戻すには / To undo:  $again off"
        }
        'pending' {
            Write-Host '切り離されていますが、確定しないと時間が来れば元に戻ります。'
            Write-Host 'Cut off, but it goes back by itself unless it is confirmed.'
            Write-Host "続けるには / To keep it:  $again confirm"
        }
        'open' {
            Write-Host '切り離されていません。ふだんどおりつながります。'
            Write-Host 'Not cut off: it is connected as usual.'
        }
        'lost' {
            Write-Host '切り離しが、ほかのプログラムか再起動で外れています。もう一度 on を実行してください。'
            Write-Host 'Another program or a reboot ended the cut. Run "on" again.'
        }
        default {
            Write-Host '終わりまで進みませんでした。-Verb status で確かめ、切れていなければLANケーブルを抜いてください。'
            Write-Host 'It did not come to its end. Look with -Verb status; if it is still open, pull out the cable.'
        }
    }
}

Write-Told @(Invoke-Verb)
