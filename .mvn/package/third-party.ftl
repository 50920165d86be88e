Libraries, each with its licence:

<#list dependencyMap as entry>
<#assign library = entry.getKey()/>
<#if library.groupId != "chat.tcrp">
${library.name} ${library.version}: <#list entry.getValue() as licence>${licence}<#sep>, </#list>
  ${library.url!"-"}
</#if>
</#list>

The texts are in the directory licenses beside this file, where the libraries bring one, and that of Apache-2.0 is
also the program's own. The licences of the Java runtime are in the directory legal of its image.
