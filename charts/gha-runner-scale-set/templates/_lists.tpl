{{/*
Lists of named items (containers, env, volumes, volumeMounts). Templates can only hand back text, so each of these answers YAML;
read it with fromYaml or fromYamlArray.
*/}}

{{/* The item of that name, or nothing. Takes (list name items). */}}
{{- define "gha-runner-scale-set.byName" -}}
{{- $name := first . -}}
{{- $found := dict -}}
{{- range last . -}}
{{- if and (not $found) (eq .name $name) -}}
{{- $found = . -}}
{{- end -}}
{{- end -}}
{{- with $found -}}{{- toYaml . -}}{{- end -}}
{{- end -}}

{{/* The items whose names are not among these. Takes (list names items). */}}
{{- define "gha-runner-scale-set.withoutNames" -}}
{{- $names := first . -}}
{{- $rest := list -}}
{{- range last . -}}
{{- if not (has .name $names) -}}
{{- $rest = append $rest . -}}
{{- end -}}
{{- end -}}
{{- toYaml $rest -}}
{{- end -}}

{{/* The user's items, then those of the chart's that the user has none of that name for. Takes (list user chart). */}}
{{- define "gha-runner-scale-set.userFirst" -}}
{{- $user := first . | default list -}}
{{- $names := list -}}
{{- range $user -}}
{{- $names = append $names .name -}}
{{- end -}}
{{- concat $user (include "gha-runner-scale-set.withoutNames" (list $names (last .)) | fromYamlArray) | default list | toYaml -}}
{{- end -}}

{{/* The chart's items, each replaced by the user's of that name, then the user's others. Takes (list user chart). */}}
{{- define "gha-runner-scale-set.chartFirst" -}}
{{- $user := first . | default list -}}
{{- $items := list -}}
{{- $names := list -}}
{{- range last . -}}
{{- $names = append $names .name -}}
{{- $items = append $items (include "gha-runner-scale-set.byName" (list .name $user) | default (toYaml .) | fromYaml) -}}
{{- end -}}
{{- concat $items (include "gha-runner-scale-set.withoutNames" (list $names $user) | fromYamlArray) | default list | toYaml -}}
{{- end -}}

{{/*
A container with the chart's env and volumeMounts added. Takes (dict "container" map "env" list "volumeMounts" list
"keepEmpty" whether volumeMounts stays when there are none).
*/}}
{{- define "gha-runner-scale-set.container" -}}
{{- $container := omit .container "env" "volumeMounts" -}}
{{- with include "gha-runner-scale-set.userFirst" (list .container.env .env) | fromYamlArray -}}
{{- $_ := set $container "env" . -}}
{{- end -}}
{{- $mounts := include "gha-runner-scale-set.userFirst" (list .container.volumeMounts .volumeMounts) | fromYamlArray -}}
{{- if or $mounts .keepEmpty -}}
{{- $_ := set $container "volumeMounts" $mounts -}}
{{- end -}}
{{- toYaml $container -}}
{{- end -}}
